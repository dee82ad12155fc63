package apitok

import (
	"strings"

	"github.com/apitok/apitok/pkg/grant"
)

// check refuses what makes no sense whatever the server has.
func (req ExchangeRequest) check() error {
	wrong := func(message, hint string) error { return &Error{Kind: Usage, Message: message, Hint: hint} }
	for name := range req.Parameters {
		if grant.IsProtocolParameter(name) {
			return wrong(quote(name)+" is a parameter of the protocol", "an option of its own sets it, if anything may")
		}
	}
	jwtGrant := req.Via == JWTGrant
	switch {
	case req.Subject.IsZero() && req.RequestedSubject == "":
		return wrong("there is neither a subject token nor a user whom the new token is to be about", "give a subject token, or name the user with --requested-subject")
	case req.RequestedIssuer != "" && (len(req.Audiences) > 0 || len(req.Scopes) > 0):
		return wrong("the token of an identity provider is what it is: it cannot be had for an audience or a scope", "leave --audience and --scope away")
	case req.RequestedIssuer != "" && req.Requested != AccessToken:
		return wrong("the tokens that the realm keeps of identity providers are access tokens", "leave --requested-token-type away")
	case req.Requested == IDToken && len(req.Audiences) > 0:
		return wrong("an ID token is for the client that asks for it, and for no other audience", "leave --audience away")
	case len(req.Audiences) > 0 && (req.Requested == RefreshToken || req.Requested == OfflineToken):
		return wrong("a refresh token is bound to no audience: what it is refreshed to is for all that the client's tokens are for",
			"leave --audience away, or exchange for an access token")
	case req.Requested == SAML2 && (len(req.Audiences) != 1 || len(req.Scopes) > 0):
		return wrong("a SAML assertion is for one audience, and has no scope", "name the SAML client with one --audience")
	case jwtGrant && (req.Subject.IsZero() || req.Requested != AccessToken):
		return wrong("the JWT authorization grant gives an access token for a JWT", "leave --requested-token-type away, or take another route")
	case jwtGrant && (req.RequestedSubject != "" || req.RequestedIssuer != "" || !req.Actor.IsZero() || len(req.Parameters) > 0):
		return wrong("the JWT authorization grant takes nothing but a JWT, and scopes", "take another route for the rest")
	case req.Via == Standard && (req.onlyLegacy() || req.Subject.IsZero()):
		return wrong("the standard token exchange gives no such token", "leave --via away, or say --via legacy")
	}
	return nil
}

// onlyLegacy tells whether nothing but the legacy exchange does what is asked.
func (req ExchangeRequest) onlyLegacy() bool {
	return req.RequestedSubject != "" || req.RequestedIssuer != "" || req.SubjectIssuer != "" ||
		req.Requested == SAML2 || req.Requested == OfflineToken
}

// foreign tells whether the subject token is a JWT of another issuer than the realm.
func (x *exchange) foreign() bool {
	issuer := issuerOf(x.Subject)
	return issuer != "" && issuer != x.h.Realm.Issuer()
}

func issuerOf(token Secret) string {
	var claims struct {
		Issuer string `json:"iss"`
	}
	if !readClaims(token, &claims) {
		return ""
	}
	return claims.Issuer
}

// routes are those to try. A server that is asked for the standard exchange takes its
// legacy one where the client may not use the former, by itself. A JWT of another issuer
// can go by the JWT authorization grant where there is no legacy exchange.
func (x *exchange) routes() []Route {
	grantToo := x.foreign() && x.Requested == AccessToken && x.RequestedSubject == "" && x.RequestedIssuer == "" &&
		x.Actor.IsZero() && len(x.Parameters) == 0
	switch {
	case x.Via != "":
		return []Route{x.Via}
	case grantToo:
		return []Route{Legacy, JWTGrant}
	case x.onlyLegacy(), x.Subject.IsZero(), x.foreign():
		return []Route{Legacy}
	}
	return []Route{Standard}
}

// cameBy tells by which exchange a token came. Of a token that either may have given,
// Keycloak says in its id which grant it is of.
func (x *exchange) cameBy(got grant.Token) Route {
	var claims struct {
		ID string `json:"jti"`
	}
	if x.via != Standard || x.Requested == IDToken || !readClaims(got.AccessToken, &claims) {
		return x.via
	}
	kind, _, encoded := strings.Cut(claims.ID, ":")
	switch {
	case encoded && strings.HasSuffix(kind, "te"):
		return Standard
	case encoded && strings.HasSuffix(kind, "na"):
		return Legacy
	}
	return ""
}
