package grant

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// An Introspection is what the authorization server says of a token (RFC 7662 section
// 2.2).
type Introspection struct {
	// Active tells that the token holds, as far as the client that asked may know.
	Active bool
	// Claims is the whole answer, a JSON object.
	Claims json.RawMessage
}

// Introspect asks about a token at address, the introspection endpoint. Its errors are
// those of [Endpoint.Token].
func (e Endpoint) Introspect(ctx context.Context, address string, token Secret) (Introspection, error) {
	body, _, err := e.post(ctx, address, url.Values{"token": {token.Reveal()}}, true)
	if err != nil {
		return Introspection{}, err
	}
	var answer struct {
		Active *bool `json:"active"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Active == nil {
		return Introspection{}, &Error{Status: http.StatusOK, Description: "the answer does not tell whether the token is active"}
	}
	return Introspection{Active: *answer.Active, Claims: body}, nil
}
