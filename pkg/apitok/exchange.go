package apitok

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// A Route is a way to exchange one token for another.
type Route string

// The routes.
const (
	// Standard is Keycloak's standard token exchange (RFC 8693), which trades access
	// tokens of the realm for narrower ones.
	Standard Route = "standard"
	// Legacy is its earlier token exchange, which servers have only where their feature
	// token-exchange is on: users that are named, and tokens of identity providers.
	Legacy Route = "legacy"
	// JWTGrant is the JWT authorization grant (RFC 7523 section 2.1): a token for the
	// user that an identity provider's JWT is about.
	JWTGrant Route = "jwt-grant"
)

// A RequestedToken is what an exchange is to give.
type RequestedToken string

// The tokens that can be requested.
const (
	AccessToken  RequestedToken = "access"
	RefreshToken RequestedToken = "refresh"
	IDToken      RequestedToken = "id"
	SAML2        RequestedToken = "saml2"
	// OfflineToken is a refresh token that outlives the session (OpenID Connect Core 1.0
	// section 11).
	OfflineToken RequestedToken = "offline"
)

// issuedType returns what the server calls it.
func (r RequestedToken) issuedType() grant.TokenType {
	return map[RequestedToken]grant.TokenType{
		AccessToken: grant.AccessTokenType, RefreshToken: grant.RefreshTokenType, OfflineToken: grant.RefreshTokenType,
		IDToken: grant.IDTokenType, SAML2: grant.SAML2Type,
	}[r]
}

// An ExchangeRequest says which token is wanted for which.
type ExchangeRequest struct {
	// Ref names the credential that asks. It is not used when ClientID is set.
	Ref Ref
	// ClientID and Secret name a client that the caller knows the secret of.
	ClientID string
	Secret   Secret
	// Via is the route; "" takes the one that fits.
	Via Route
	// Subject is the token to be exchanged; empty for the direct impersonation of the
	// legacy exchange, which has none.
	Subject Secret
	// SubjectType is what Subject is; "" for an access token of the realm, or any JWT of
	// another issuer.
	SubjectType grant.TokenType
	// SubjectIssuer is the alias of the identity provider whose token Subject is.
	SubjectIssuer string
	// Actor is the token of whoever acts for the subject, ActorType what it is.
	Actor     Secret
	ActorType grant.TokenType
	// Audiences are whom the new token is for, and nobody else; none leaves it to those
	// of Subject.
	Audiences []string
	// Scopes are asked for.
	Scopes []string
	// Requested is what the new token is to be.
	Requested RequestedToken
	// RequestedSubject is the username or id of the user whom it is to be about.
	RequestedSubject string
	// RequestedIssuer is the alias of the identity provider whose token it is to be.
	RequestedIssuer string
	// Parameters are added for an exchange that the server has of its own.
	Parameters url.Values
	// AllowWider takes a token that is for others too, or has other scopes too, than was
	// asked for, and notes which.
	AllowWider bool
}

// An Exchanged is what an exchange gave.
type Exchanged struct {
	// Token is the access token, or in its place the ID token, the SAML assertion or the
	// identity provider's token (RFC 8693 section 2.2.1).
	Token
	// RefreshToken is empty unless one was requested, RefreshEndsAt when it ends unless it
	// is used before; zero for an offline token, and where the server did not say.
	RefreshToken  Secret
	RefreshEndsAt time.Time
	// IssuedType is what the server says that it gave; "" where it does not.
	IssuedType grant.TokenType
	// Via is the route that the token came by; "" where neither request nor token tells.
	Via Route
}

// Requested returns the token that was asked for.
func (e Exchanged) Requested() Secret {
	if e.RefreshToken.IsZero() {
		return e.AccessToken
	}
	return e.RefreshToken
}

// Exchange trades one token for another, and looks at what it gets: a token that is for
// somebody else or of somebody else than was asked for is an error, and revoked. Nothing
// is cached.
//
// Usage when the request makes no sense, NotFound when this machine does not hold the
// secret, or the realm lacks what the request names, Denied when somebody lacks a right
// or a switch, Failed when the server cannot do it, CheckFailed when the token is not
// what was asked for.
func (h *Holder) Exchange(ctx context.Context, req ExchangeRequest) (Exchanged, error) {
	got, err := (&exchange{ExchangeRequest: req, h: h, mayAllow: true}).run(ctx)
	if err != nil {
		return Exchanged{}, err
	}
	return got, nil
}

// An exchange is a request under way.
type exchange struct {
	ExchangeRequest
	h *Holder
	// mayAllow tells that who asks could allow a wider token.
	mayAllow bool
	// client is the id of the client that asks, name what people call it.
	client, name string
	// subject is what the subject token says, nil where that is no measure of the new one.
	subject *exchangeClaims
	// answer is the server's last, via the route that it came by, secret what the client
	// showed for it.
	answer grant.Token
	via    Route
	secret Secret
}

// run is the whole exchange. A token that comes beside an error was revoked, and is good for
// nothing but to be named.
func (x *exchange) run(ctx context.Context) (Exchanged, error) {
	if err := x.check(); err != nil {
		return Exchanged{}, err
	}
	x.subject = subjectOf(x.ExchangeRequest, x.h.Realm)
	q := x.h.query(TokenRequest{Ref: x.Ref, ClientID: x.ClientID, Secret: x.Secret})
	x.client, x.name = q.client, q.name()
	if ref, ours := RefOfClient(q.client); ours {
		x.name = ref.String()
	}
	q.grant = x.token
	got, err := x.h.ask(ctx, q, 0)
	if err != nil {
		return Exchanged{Token: Token{AccessToken: x.answer.AccessToken}}, takeBack(ctx, err, x.revoke)
	}
	x.h.warn(q.name(), got.credentialEnds)
	result := Exchanged{Token: got.Token, IssuedType: x.answer.IssuedType, Via: x.via}
	if x.Requested == RefreshToken || x.Requested == OfflineToken {
		result.RefreshToken, result.RefreshEndsAt = x.answer.RefreshToken, x.answer.RefreshExpiry
	}
	return result, nil
}

// token asks for the token by one route after the other, until one is not closed.
func (x *exchange) token(ctx context.Context, secret Secret) (got grant.Token, err error) {
	endpoint := grant.Endpoint{URL: x.h.Realm.TokenURL(), HTTP: x.h.HTTP, Now: x.h.Now, Auth: grant.ClientSecretBasic{ClientID: x.client, Secret: secret}}
	for _, route := range x.routes() {
		got, err = x.by(ctx, endpoint, route)
		if !legacyIsOff(err) {
			break
		}
	}
	if err != nil {
		return grant.Token{}, x.refused(err)
	}
	x.answer, x.via, x.secret = got, x.cameBy(got), secret
	return got, x.verify(got)
}

// by asks by one route. Where audiences are carried by client scopes, the standard
// exchange is asked for these too, as for the client's own tokens. The legacy one would
// give fewer scopes then, and the JWT authorization grant takes a JWT once.
func (x *exchange) by(ctx context.Context, endpoint grant.Endpoint, route Route) (grant.Token, error) {
	x.via = route
	scopes := x.scopes()
	if route == Standard && len(x.Audiences) > 0 {
		wide := scopes
		for _, audience := range x.Audiences {
			wide = append(wide[:len(wide):len(wide)], audienceScope(audience))
		}
		got, err := endpoint.Token(ctx, x.grant(route, wide))
		if !isInvalidScope(err) {
			return got, err
		}
	}
	return endpoint.Token(ctx, x.grant(route, scopes))
}

// scopes are those asked for by name; each text may hold several (RFC 6749 section 3.3).
func (x *exchange) scopes() []string {
	scopes := strings.Fields(strings.Join(x.Scopes, " "))
	if x.Requested == OfflineToken {
		return append(scopes, offlineScope)
	}
	return scopes
}

// grant words the request for a route. The legacy exchange takes an access token without
// being told that it is one, and the standard exchange does not: so the server gives it
// to the former though the client may use the latter.
func (x *exchange) grant(route Route, scopes []string) grant.Grant {
	if route == JWTGrant {
		return grant.JWTBearer{Assertion: x.Subject, Scope: scopes}
	}
	g := grant.TokenExchange{
		Subject: x.Subject, SubjectType: x.SubjectType, SubjectIssuer: x.SubjectIssuer, Actor: x.Actor, ActorType: x.ActorType,
		Audience: x.Audiences, Scope: scopes, RequestedType: x.Requested.issuedType(),
		RequestedSubject: x.RequestedSubject, RequestedIssuer: x.RequestedIssuer, Parameters: x.Parameters,
	}
	switch {
	case g.SubjectType != "" || g.Subject.IsZero():
	case route == Standard || x.SubjectIssuer != "":
		g.SubjectType = grant.AccessTokenType
	case x.foreign():
		g.SubjectType = grant.JWTType
	}
	return g
}

// legacyIsOff tells whether the server refuses for want of its legacy exchange: what the
// standard exchange says that it cannot do, the legacy one would have tried.
func legacyIsOff(err error) bool {
	var refusal *grant.Error
	return errors.As(err, &refusal) && standardCannot(refusal.Description)
}
