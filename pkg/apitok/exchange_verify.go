package apitok

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// exchangeClaims are the claims that tell whom a token is for, whom it is about and what
// it is good for.
type exchangeClaims struct {
	Audience        audienceClaim              `json:"aud"`
	Subject         string                     `json:"sub"`
	Username        string                     `json:"preferred_username"`
	AuthorizedParty string                     `json:"azp"`
	Scope           string                     `json:"scope"`
	Roles           map[string]json.RawMessage `json:"resource_access"`
	Actor           json.RawMessage            `json:"act"`
	Type            string                     `json:"typ"`
	Expires         int64                      `json:"exp"`
}

// subjectOf returns what the subject token says, where the new token is to be about the
// same user of the same realm: then it measures the new one.
func subjectOf(req ExchangeRequest, realm Realm) *exchangeClaims {
	claims := new(exchangeClaims)
	if req.RequestedSubject != "" || req.SubjectIssuer != "" || issuerOf(req.Subject) != realm.Issuer() || !readClaims(req.Subject, claims) {
		return nil
	}
	return claims
}

// verify looks at what the server gave, as far as it can be read.
func (x *exchange) verify(got grant.Token) error {
	switch {
	case x.Via == Standard && x.via == Legacy:
		return wrongToken("the server answered with its legacy token exchange", x.hint("the client {clientid} may not use the standard one: "+mayExchange))
	case got.IssuedType != "" && got.IssuedType != x.Requested.issuedType():
		return wrongToken("the server gave "+string(got.IssuedType)+", not "+string(x.Requested.issuedType()),
			"Keycloak gives a refresh token only for a token that belongs to a session: not for a service account's")
	case x.Requested == SAML2:
		return x.verifyAssertion(got.AccessToken)
	}
	claims := new(exchangeClaims)
	if !readClaims(got.AccessToken, claims) {
		x.h.Note("warning: the token is no JSON Web Token, so whom it is for and about cannot be checked")
		return nil
	}
	if x.RequestedIssuer != "" {
		return x.verifyForeign(claims)
	}
	steps := []func(*exchangeClaims) error{x.verifyParty, x.verifySubject, x.verifyAudience}
	if x.Requested != IDToken {
		steps = append(steps, x.verifyScope(got), x.verifyRefresh(got))
	}
	for _, step := range steps {
		if err := step(claims); err != nil {
			return err
		}
	}
	return x.notWider("the token", x.alsoFor(claims), x.alsoScopes(claims, got))
}

func wrongToken(message, hint string) error {
	return &Error{Kind: CheckFailed, Message: message, Hint: hint}
}

// verifyForeign looks at an identity provider's token. Whom that is for is the affair of
// the two.
func (x *exchange) verifyForeign(claims *exchangeClaims) error {
	if claims.Expires > 0 && !x.h.Now().Before(time.Unix(claims.Expires, 0)) {
		return wrongToken("the token that the realm keeps of "+quote(x.RequestedIssuer)+" ended on "+encodeTime(time.Unix(claims.Expires, 0)),
			"the user gets a new one by signing in with "+quote(x.RequestedIssuer)+" again")
	}
	return nil
}

// verifyParty: the token is this client's, and names who acts where that was asked for.
func (x *exchange) verifyParty(claims *exchangeClaims) error {
	switch {
	case claims.AuthorizedParty != x.client:
		return wrongToken("the token's claim azp is "+quote(claims.AuthorizedParty)+", not "+quote(x.client),
			"a mapper of the client writes it: such a credential cannot exchange tokens")
	case !x.Actor.IsZero() && len(claims.Actor) == 0:
		return wrongToken("the server passed over the actor token: the new token has no claim act",
			"Keycloak has no delegation by RFC 8693 section 4.1; without an actor token the exchange works, and the claim azp names who asked")
	}
	return nil
}

// verifySubject: the token is about the user of the subject token, or the one asked for.
func (x *exchange) verifySubject(claims *exchangeClaims) error {
	user := x.RequestedSubject
	switch {
	case user == "" && (x.subject == nil || x.subject.Subject == claims.Subject):
	case user != "" && (claims.Subject == user || strings.EqualFold(claims.Username, user)):
	case user == "" && (x.subject.Subject == "" || claims.Subject == ""), user != "" && claims.Username == "":
		x.h.Note("warning: the token names no user, so whom it is about cannot be checked")
	case user != "":
		return wrongToken("the token is about "+quote(claims.Username)+", not "+quote(user), speaksAsOther)
	default:
		return wrongToken("the token is about "+quote(claims.Subject)+", the subject token about "+quote(x.subject.Subject), speaksAsOther)
	}
	return nil
}

const speaksAsOther = "a mapper of the client writes sub: a credential that speaks as its owner (--identity owner) cannot exchange tokens of others"

// verifyAudience: the token is for all those asked for. An ID token is for who asked.
func (x *exchange) verifyAudience(claims *exchangeClaims) error {
	for _, audience := range x.wantedAudiences() {
		if !slices.Contains(claims.Audience, audience) {
			return wrongToken("the token is not for "+quote(audience), "it is for "+cmp.Or(strings.Join(claims.Audience, ", "), "nobody by name")+
				"; the legacy exchange takes the first audience alone, the JWT authorization grant none")
		}
	}
	return nil
}

func (x *exchange) wantedAudiences() []string {
	if x.Requested == IDToken {
		return []string{x.client}
	}
	return x.Audiences
}

// verifyScope: the scopes asked for are there.
func (x *exchange) verifyScope(got grant.Token) func(*exchangeClaims) error {
	return func(claims *exchangeClaims) error {
		granted := claims.granted(got)
		for _, scope := range x.scopes() {
			if !slices.Contains(granted, scope) {
				return wrongToken("the token lacks the scope "+quote(scope), "the server left it out: "+x.whyLeftOut())
			}
		}
		return nil
	}
}

// granted are the scopes by the server's answer, or else by the token itself.
func (c *exchangeClaims) granted(got grant.Token) []string {
	if len(got.Scope) > 0 {
		return got.Scope
	}
	return strings.Fields(c.Scope)
}

func (x *exchange) whyLeftOut() string {
	if x.via == Legacy {
		return "the legacy exchange gives none that the subject token has not"
	}
	return "it does so where the user has no role that the scope needs, or no such organization, and for scopes that no token names"
}

// verifyRefresh: the refresh token is there if it was asked for, and of the kind that was.
func (x *exchange) verifyRefresh(got grant.Token) func(*exchangeClaims) error {
	return func(*exchangeClaims) error {
		if x.Requested != RefreshToken && x.Requested != OfflineToken {
			return nil
		}
		refresh := new(exchangeClaims)
		switch {
		case got.RefreshToken.IsZero():
			return wrongToken("the server gave no refresh token", "")
		case !readClaims(got.RefreshToken, refresh):
			x.h.Note("warning: the refresh token is no JSON Web Token, so of what kind it is cannot be checked")
		case x.Requested == OfflineToken && refresh.Type != "Offline":
			return wrongToken("the server gave a refresh token that ends with the session, not an offline token", x.whyLeftOut())
		case x.Requested == RefreshToken && refresh.Type == "Offline":
			return wrongToken("the server gave an offline token, not a refresh token that ends with the session", "ask for it with --requested-token-type offline")
		}
		return nil
	}
}
