package apitok

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// passwordClient is the client of every Keycloak realm that takes passwords.
const passwordClient = "admin-cli"

// loginScopes ask for an ID token that says who signed in.
func loginScopes() []string { return []string{"openid", "profile"} }

// WithPassword signs in with a password, meant for the first steps in a realm, and
// keeps the session. Denied when the server refuses it.
func (s Session) WithPassword(ctx context.Context, password Secret) error {
	token, err := s.endpoint(passwordClient).Token(ctx, grant.Password{Username: s.Username, Password: password})
	if err != nil {
		return sessionError(s.Realm, passwordClient, err)
	}
	return s.alone(ctx, func() error { return s.keep(ctx, token, passwordClient, ByPassword) })
}

// Authorize begins a sign-in with a browser, which brings the answer to redirectURI
// for [Session.WithCode]. Denied when the server has no sign-in page for the client:
// then no answer would ever come.
func (s Session) Authorize(ctx context.Context, redirectURI string) (grant.Authorization, error) {
	a := grant.Authorize(grant.AuthorizationRequest{
		URL: s.Realm.endpoint("auth"), Issuer: s.Realm.Issuer(), ClientID: s.ClientID, RedirectURI: redirectURI,
		Scope: loginScopes(), LoginHint: s.Username,
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.Address(), nil)
	if err != nil {
		return a, err
	}
	resp, err := s.HTTP.Do(req)
	if err != nil {
		return a, NetworkError(s.Realm.Server, err)
	}
	resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		return a, sessionError(s.Realm, s.ClientID, &grant.Error{Status: resp.StatusCode})
	}
	return a, nil
}

// WithCode signs in with what the browser brought, and keeps the session, which it
// returns with the name of the person. Denied when the server or the person refused,
// or someone else signed in than was to.
func (s Session) WithCode(ctx context.Context, a grant.Authorization, answer url.Values) (Session, error) {
	code, err := a.Code(answer)
	if errors.Is(err, grant.ErrIssuer) {
		return s, &Error{Kind: Denied, Message: "the answer was not given by " + s.Realm.Issuer(),
			Hint: "somebody may have tried to trick you, or the server calls itself by another address, which --server has to name"}
	}
	var refusal *grant.Error
	if errors.As(err, &refusal) {
		return s, refused(refusal)
	}
	if err != nil {
		return s, err
	}
	token, err := s.endpoint(s.ClientID).Token(ctx, code)
	if err != nil {
		return s, sessionError(s.Realm, s.ClientID, err)
	}
	return s.begin(ctx, token, ByBrowser, a.Nonce)
}

// WithDevice signs in with a code that show tells the person, to be entered in a
// browser of any machine, and keeps the session as WithCode does.
func (s Session) WithDevice(ctx context.Context, show func(grant.Device) error) (Session, error) {
	endpoint := s.endpoint(s.ClientID)
	device, err := endpoint.Device(ctx, s.Realm.endpoint("auth/device"), loginScopes())
	if err != nil {
		return s, sessionError(s.Realm, s.ClientID, err)
	}
	if err := show(device); err != nil {
		return s, err
	}
	token, err := endpoint.Await(ctx, device)
	var refusal *grant.Error
	switch {
	case errors.As(err, &refusal) && refusal.Code == "expired_token":
		return s, &Error{Kind: Denied, Message: "the code has ended before anyone entered it", Hint: "run apitok login again"}
	case errors.As(err, &refusal) && refusal.Code == "access_denied":
		return s, refused(refusal)
	case errors.Is(err, context.DeadlineExceeded):
		return s, err
	case err != nil:
		return s, sessionError(s.Realm, s.ClientID, err)
	}
	return s.begin(ctx, token, ByDevice, "")
}

// begin keeps a new session once it is known whose it is. One that is not kept ends.
func (s Session) begin(ctx context.Context, token grant.Token, way Way, nonce string) (Session, error) {
	who, err := s.identify(token.IDToken, nonce)
	if err == nil && s.Username != "" && !strings.EqualFold(who, s.Username) {
		err = &Error{Kind: Denied, Message: quote(who) + " signed in, not " + quote(s.Username),
			Hint: "sign out in the browser first, or leave the name away"}
	}
	if err == nil {
		s.Username = who
		err = s.alone(ctx, func() error { return s.keep(ctx, token, s.ClientID, way) })
	}
	if err != nil {
		return s, takeBack(ctx, err, func(ctx context.Context) error {
			return s.revoke(ctx, session{ClientID: s.ClientID, RefreshToken: token.RefreshToken.Reveal()})
		})
	}
	return s, nil
}

// identify returns the name of the person that an ID token is about, once it is for
// this sign-in (OpenID Connect Core 1.0 section 3.1.3.7; the server gave it itself,
// which is as good as its signature).
func (s Session) identify(idToken Secret, nonce string) (string, error) {
	var claims struct {
		Issuer   string        `json:"iss"`
		Audience audienceClaim `json:"aud"`
		Expiry   int64         `json:"exp"`
		Nonce    string        `json:"nonce"`
		Username string        `json:"preferred_username"`
	}
	switch {
	case !readClaims(idToken, &claims), claims.Issuer != s.Realm.Issuer(), !slices.Contains(claims.Audience, s.ClientID),
		claims.Nonce != nonce, s.Now().After(time.Unix(claims.Expiry, 0).Add(idLeeway)):
		return "", &Error{Kind: Failed, Message: "the server gave an ID token that is not for this sign-in"}
	case claims.Username == "":
		return "", &Error{Kind: Failed, Message: "the server does not say who signed in",
			Hint: "give the client " + s.ClientID + " the client scope profile"}
	}
	return claims.Username, nil
}

// idLeeway is by how much the clocks may differ when an ID token is judged.
const idLeeway = 5 * time.Minute

// refused is a sign-in that the person or the server did not want.
func refused(refusal *grant.Error) *Error {
	if refusal.Code == "access_denied" {
		return &Error{Kind: Denied, Message: "the sign-in was refused in the browser", Hint: "run apitok login again, and agree"}
	}
	return &Error{Kind: Denied, Message: "the server refused the sign-in", Cause: refusal}
}

// sessionError is tokenError for a public client.
func sessionError(realm Realm, clientID string, err error) *Error {
	var refusal *grant.Error
	if errors.As(err, &refusal) && clientID != passwordClient {
		switch {
		case refusal.Status == http.StatusBadRequest && refusal.Code == "", refusal.Code == "invalid_client", refusal.Code == "unauthorized_client",
			refusal.Code == "invalid_request", refusal.Code == "invalid_scope":
			return &Error{Kind: Denied, Message: "people cannot sign in with the client " + quote(clientID) + " of realm " + quote(realm.Name), Cause: refusal,
				Hint: "an administrator prepares the realm with apitok setup; --via names another client"}
		}
	}
	return tokenError(realm, clientID, err)
}
