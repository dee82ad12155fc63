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
	a, err := s.authorize(ctx, redirectURI, loginScopes())
	return a, s.unless(err)
}

// authorize is Authorize for any scopes. An [*grant.Error] when the server refuses.
func (s Session) authorize(ctx context.Context, redirectURI string, scopes []string) (grant.Authorization, error) {
	a := grant.Authorize(grant.AuthorizationRequest{
		URL: s.Realm.endpoint("auth"), Issuer: s.Realm.Issuer(), ClientID: s.ClientID, RedirectURI: redirectURI,
		Scope: scopes, LoginHint: s.Username,
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
		return a, &grant.Error{Status: resp.StatusCode}
	}
	return a, refusedAlready(resp, redirectURI)
}

// refusedAlready returns the refusal that the browser would bring: what is wrong with a
// request is known before anyone signs in.
func refusedAlready(resp *http.Response, redirectURI string) error {
	to, err := resp.Location()
	if err != nil || !strings.HasPrefix(to.String(), redirectURI+"?") || !to.Query().Has("error") {
		return nil //nolint:nilerr // it leads nowhere
	}
	return &grant.Error{Code: to.Query().Get("error"), Description: to.Query().Get("error_description")}
}

// unless makes an error of ours of one that a step of the sign-in ended with.
func (s Session) unless(err error) error {
	if e := new(Error); err == nil || errors.As(err, &e) {
		return err
	}
	return sessionError(s.Realm, s.ClientID, err)
}

// WithCode signs in with what the browser brought, and keeps the session, which it
// returns with the name of the person. Denied when the server or the person refused,
// or someone else signed in than was to.
func (s Session) WithCode(ctx context.Context, a grant.Authorization, answer url.Values) (Session, error) {
	token, err := s.tokenByCode(ctx, a, answer)
	if err != nil {
		return s, s.unless(err)
	}
	return s.begin(ctx, token, ByBrowser, a.Nonce)
}

// tokenByCode takes what the browser brought to the token endpoint. An [*grant.Error]
// when that refuses.
func (s Session) tokenByCode(ctx context.Context, a grant.Authorization, answer url.Values) (grant.Token, error) {
	code, err := a.Code(answer)
	if errors.Is(err, grant.ErrIssuer) {
		return grant.Token{}, &Error{Kind: Denied, Message: "the answer was not given by " + s.Realm.Issuer(),
			Hint: "somebody may have tried to trick you, or the server calls itself by another address, which --server has to name"}
	}
	var refusal *grant.Error
	if errors.As(err, &refusal) {
		return grant.Token{}, refused(refusal)
	}
	if err != nil {
		return grant.Token{}, err
	}
	return s.endpoint(s.ClientID).Token(ctx, code)
}

// WithDevice signs in with a code that show tells the person, to be entered in a
// browser of any machine, and keeps the session as WithCode does.
func (s Session) WithDevice(ctx context.Context, show func(grant.Device) error) (Session, error) {
	token, err := s.tokenByDevice(ctx, loginScopes(), show)
	if err != nil {
		return s, s.unless(err)
	}
	return s.begin(ctx, token, ByDevice, "")
}

// tokenByDevice is WithDevice for any scopes, as far as the token. An [*grant.Error] when
// the server refuses.
func (s Session) tokenByDevice(ctx context.Context, scopes []string, show func(grant.Device) error) (grant.Token, error) {
	endpoint := s.endpoint(s.ClientID)
	device, err := endpoint.Device(ctx, s.Realm.endpoint("auth/device"), scopes)
	if err != nil {
		return grant.Token{}, err
	}
	if err := show(device); err != nil {
		return grant.Token{}, err
	}
	token, err := endpoint.Await(ctx, device)
	var refusal *grant.Error
	switch {
	case errors.As(err, &refusal) && refusal.Code == "expired_token":
		return grant.Token{}, &Error{Kind: Denied, Message: "the code has ended before anyone entered it", Hint: "run the same command again"}
	case errors.As(err, &refusal) && refusal.Code == "access_denied":
		return grant.Token{}, refused(refusal)
	}
	return token, err
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
	who, err := s.readIDToken(idToken, nonce)
	if err == nil && who.Username == "" {
		err = &Error{Kind: Failed, Message: "the server does not say who signed in",
			Hint: "give the client " + s.ClientID + " the client scope profile"}
	}
	return who.Username, err
}

// An idClaims is what an ID token says.
type idClaims struct {
	Issuer   string        `json:"iss"`
	Audience audienceClaim `json:"aud"`
	Expiry   int64         `json:"exp"`
	Nonce    string        `json:"nonce"`
	Subject  string        `json:"sub"`
	Username string        `json:"preferred_username"`
}

func (s Session) readIDToken(idToken Secret, nonce string) (claims idClaims, err error) {
	if !readClaims(idToken, &claims) || claims.Issuer != s.Realm.Issuer() || !slices.Contains(claims.Audience, s.ClientID) ||
		claims.Nonce != nonce || s.Now().After(time.Unix(claims.Expiry, 0).Add(idLeeway)) {
		return idClaims{}, &Error{Kind: Failed, Message: "the server gave an ID token that is not for this sign-in"}
	}
	return claims, nil
}

// idLeeway is by how much the clocks may differ when an ID token is judged.
const idLeeway = 5 * time.Minute

// refused is a sign-in that the person or the server did not want.
func refused(refusal *grant.Error) *Error {
	if refusal.Code == "access_denied" {
		return &Error{Kind: Denied, Message: "the sign-in was refused in the browser", Hint: "run the same command again, and agree"}
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
