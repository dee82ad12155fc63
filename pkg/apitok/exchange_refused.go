package apitok

import (
	"errors"
	"net/http"
	"strings"

	"github.com/apitok/apitok/pkg/grant"
)

// An exchangeRefusal is how Keycloak refuses an exchange and what that means. In meaning
// and hint, {client} stands for the credential that asks, {clientid} for its client's id,
// {edit} for what changes it, {audience}, {user} and {issuer} for what was asked, and
// {subject} for the issuer of the subject token.
type exchangeRefusal struct {
	// says is a part of the description.
	says          string
	kind          Kind
	meaning, hint string
}

// refused says in apitok's words why there is no token.
func (x *exchange) refused(err error) error {
	var refusal *grant.Error
	if !errors.As(err, &refusal) || isRefusedClient(refusal) {
		return tokenError(x.h.Realm, x.client, err)
	}
	for _, known := range x.refusals(refusal) {
		if strings.Contains(refusal.Description, known.says) {
			return &Error{Kind: known.kind, Message: x.words(known.meaning), Cause: refusal, Hint: x.hint(known.hint)}
		}
	}
	switch {
	case refusal.Busy(), refusal.Status == http.StatusNotFound:
		return tokenError(x.h.Realm, x.client, err)
	case refusal.Status == http.StatusRequestEntityTooLarge:
		return &Error{Kind: Usage, Message: "the server takes no token that is so long", Cause: refusal}
	case isInvalidScope(refusal):
		return &Error{Kind: NotFound, Message: x.words("{clientid} has no such scope"), Cause: refusal}
	}
	return &Error{Kind: Denied, Message: "the server refused the exchange", Cause: refusal}
}

func (x *exchange) words(text string) string {
	subject := issuerOf(x.Subject)
	if x.SubjectIssuer != "" {
		subject = x.SubjectIssuer
	}
	return strings.NewReplacer("{client}", x.name, "{clientid}", x.client, "{audience}", strings.Join(x.Audiences, ", "),
		"{user}", x.RequestedSubject, "{issuer}", x.RequestedIssuer, "{subject}", subject, "{edit}", "apitok edit "+x.name,
		"{legacy}", "have the server started with --features=token-exchange").Replace(text)
}

// hint words a hint. What apitok would change of a credential, it does not of another
// client.
func (x *exchange) hint(text string) string {
	if _, ours := RefOfClient(x.client); !ours && strings.Contains(text, "{edit}") {
		return x.client + " is no credential of apitok's: an administrator sets that in the settings of the client"
	}
	return x.words(text)
}

// mayExchange is how a credential gets the standard exchange.
const mayExchange = "{edit} --allow exchange switches it on"

// refusals are those that may come of what was asked, the special ones first.
func (x *exchange) refusals(refusal *grant.Error) []exchangeRefusal {
	switch {
	case refusal.Code == "unknown_error" && x.via == Legacy:
		return x.brokeOn()
	case refusal.Code == "unsupported_grant_type" && x.via == JWTGrant:
		return []exchangeRefusal{{"", Failed, "the server has no JWT authorization grant",
			"Keycloak has it since 26.5 (feature jwt-authorization-grant); before, a JWT of another issuer takes the legacy exchange: {legacy}"}}
	case refusal.Code == "unsupported_grant_type":
		return []exchangeRefusal{{"", Failed, "the server exchanges no tokens", "its feature token-exchange-standard is off, which is on by default since 26.2"}}
	case x.via == JWTGrant:
		return jwtGrantRefusals()
	case standardCannot(refusal.Description):
		return x.closed()
	case strings.Contains(refusal.Description, "Client not allowed to exchange"):
		return x.notAllowed()
	}
	return exchangeRefusals()
}
