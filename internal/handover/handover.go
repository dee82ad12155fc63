// Package handover words a token as the programs that take one want it: curl, git,
// kubectl, docker, and whatever reads its environment. It knows their protocols and
// does nothing by itself.
package handover

import (
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// Username goes with a token where a program insists on a name beside the
// password. GitLab demands this one of those who send a token; Gitea, oauth2-proxy
// and mod_auth_openidc take any.
const Username = "oauth2"

// bearer returns the text of a token that can be written into lines and quotes as it
// is. A server that could put a line break or a quote there would command the program
// that reads them.
func bearer(t apitok.Token) (string, error) {
	text := t.AccessToken.Reveal()
	if !isB64token(text) {
		return "", &apitok.Error{Kind: apitok.Failed, Message: "the server's token is no bearer token by RFC 6750, so it cannot be handed on"}
	}
	return text, nil
}

// Header returns the header line of a request that presents the token (RFC 6750 section
// 2.1). Failed for a token that would make more than that of it.
func Header(t apitok.Token) (string, error) {
	text, err := bearer(t)
	if err == nil && !isB64token(t.Type) {
		err = &apitok.Error{Kind: apitok.Failed, Message: "the server's token has no type that a header could name"}
	}
	return "Authorization: " + t.Type + " " + text, err
}

// isB64token tells whether text has the syntax of a bearer token, by RFC 6750 section
// 2.1.
func isB64token(text string) bool {
	body := strings.TrimRight(text, "=")
	return body != "" && !strings.ContainsFunc(body, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && !strings.ContainsRune("-._~+/", r)
	})
}
