package grant

import (
	"net/url"
	"slices"
)

// A TokenType says what a token is (RFC 8693 section 3).
type TokenType string

// The token types that Keycloak knows.
const (
	AccessTokenType  TokenType = "urn:ietf:params:oauth:token-type:access_token"  //nolint:gosec // a name, and no secret
	RefreshTokenType TokenType = "urn:ietf:params:oauth:token-type:refresh_token" //nolint:gosec // a name, and no secret
	IDTokenType      TokenType = "urn:ietf:params:oauth:token-type:id_token"      //nolint:gosec // a name, and no secret
	JWTType          TokenType = "urn:ietf:params:oauth:token-type:jwt"
	SAML2Type        TokenType = "urn:ietf:params:oauth:token-type:saml2"
)

// TokenExchange is the grant of RFC 8693: one token for another. The three Requested
// and SubjectIssuer fields but RequestedType are Keycloak's own, and only its legacy
// exchange takes them.
type TokenExchange struct {
	// Subject is the token to be exchanged; empty for the direct impersonation of
	// Keycloak's legacy exchange, which has none.
	Subject     Secret
	SubjectType TokenType
	// SubjectIssuer is the alias of the identity provider that issued Subject.
	SubjectIssuer string
	// Actor is the token of whoever acts for the subject.
	Actor     Secret
	ActorType TokenType
	// Audience names those that the new token is for.
	Audience []string
	// Scope holds the scopes asked for; nil asks for the client's default.
	Scope []string
	// RequestedType is what the new token is to be; "" leaves it to the server.
	RequestedType TokenType
	// RequestedSubject is the username or id of whom the new token is to be about.
	RequestedSubject string
	// RequestedIssuer is the alias of the identity provider whose token is wanted.
	RequestedIssuer string
	// Parameters are added for the server's own providers of exchanges. What is a
	// parameter of the protocol is left out; see [IsProtocolParameter].
	Parameters url.Values
}

// IsProtocolParameter tells whether a parameter says which token is asked for or who
// asks (RFC 8693 section 2.1, RFC 6749 section 2.3, RFC 7521 section 4.2, RFC 7523
// section 2.1, RFC 9449 section 10, and those that Keycloak has besides).
func IsProtocolParameter(name string) bool {
	return slices.Contains([]string{
		"grant_type", "resource", "audience", "scope", "requested_token_type", "subject_token", "subject_token_type",
		"actor_token", "actor_token_type", "subject_issuer", "requested_subject", "requested_issuer",
		"client_id", "client_secret", "client_assertion", "client_assertion_type", "assertion", "dpop_jkt",
	}, name)
}

func (g TokenExchange) form() url.Values {
	form := url.Values{}
	for name, values := range g.Parameters {
		if !IsProtocolParameter(name) {
			form[name] = values
		}
	}
	form.Set("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
	setScope(form, g.Scope)
	if len(g.Audience) > 0 {
		form["audience"] = g.Audience
	}
	for name, value := range map[string]string{
		"subject_token": g.Subject.Reveal(), "subject_token_type": string(g.SubjectType), "subject_issuer": g.SubjectIssuer,
		"actor_token": g.Actor.Reveal(), "actor_token_type": string(g.ActorType),
		"requested_token_type": string(g.RequestedType),
		"requested_subject":    g.RequestedSubject, "requested_issuer": g.RequestedIssuer,
	} {
		if value != "" {
			form.Set(name, value)
		}
	}
	return form
}

// The legacy exchange begins a session with each request.
func (TokenExchange) repeatable() bool { return false }
