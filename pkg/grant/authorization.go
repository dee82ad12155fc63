package grant

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
)

// ErrIssuer says that an answer names another authorization server than the one
// that was asked, or none (RFC 9207 section 2.4).
var ErrIssuer = errors.New("the answer is another authorization server's")

// An AuthorizationRequest says what is asked of the authorization endpoint.
type AuthorizationRequest struct {
	// URL is the address of the authorization endpoint, Issuer the authorization
	// server's issuer identifier, which must be in its answer.
	URL, Issuer string
	// ClientID is the id of the client that asks.
	ClientID string
	// RedirectURI is where the browser brings the answer.
	RedirectURI string
	// Scope holds the scopes asked for.
	Scope []string
	// LoginHint names who is expected to sign in; "" leaves it open.
	LoginHint string
}

// An Authorization is one request for an authorization code (RFC 6749 section 4.1)
// with proof of possession by S256 (RFC 7636): it tells which answer is its own.
type Authorization struct {
	request AuthorizationRequest
	state   string
	// Nonce must be in the ID token (OpenID Connect Core 1.0 section 3.1.2.1).
	Nonce    string
	verifier Secret
}

// Authorize begins a request. State, nonce and verifier are made for it alone.
func Authorize(request AuthorizationRequest) Authorization {
	return Authorization{request: request, state: rand.Text(), Nonce: rand.Text(), verifier: newVerifier()}
}

// Address is what a browser is to open.
func (a Authorization) Address() string {
	query := url.Values{
		"response_type": {"code"}, "client_id": {a.request.ClientID}, "redirect_uri": {a.request.RedirectURI},
		"state": {a.state}, "nonce": {a.Nonce},
	}
	setScope(query, a.request.Scope)
	setChallenge(query, a.verifier)
	if a.request.LoginHint != "" {
		query.Set("login_hint", a.request.LoginHint)
	}
	return a.request.URL + "?" + query.Encode()
}

// Owns tells whether an answer is to this request: no other knows its state
// (RFC 6749 section 10.12).
func (a Authorization) Owns(answer url.Values) bool {
	return len(answer["state"]) == 1 && subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(a.state)) == 1
}

// Code takes the code out of an answer. [ErrIssuer] when it is another server's, an
// [*Error] when the server or the person refused.
func (a Authorization) Code(answer url.Values) (AuthorizationCode, error) {
	switch {
	case !a.Owns(answer):
		return AuthorizationCode{}, errors.New("the answer is to another request")
	case len(answer["iss"]) != 1 || answer.Get("iss") != a.request.Issuer:
		return AuthorizationCode{}, ErrIssuer
	case answer.Has("error"):
		return AuthorizationCode{}, &Error{Code: answer.Get("error"), Description: answer.Get("error_description")}
	case len(answer["code"]) != 1 || answer.Get("code") == "":
		return AuthorizationCode{}, &Error{Description: "the answer holds no code"}
	}
	return AuthorizationCode{Code: NewSecret(answer.Get("code")), RedirectURI: a.request.RedirectURI, Verifier: a.verifier}, nil
}

// AuthorizationCode is the grant of RFC 6749 section 4.1.3, with the verifier of
// RFC 7636 section 4.5.
type AuthorizationCode struct {
	// Code is what the browser brought.
	Code Secret
	// RedirectURI is where it brought it.
	RedirectURI string
	// Verifier proves that this is who asked for it.
	Verifier Secret
}

func (g AuthorizationCode) form() url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {g.Code.Reveal()}, "redirect_uri": {g.RedirectURI},
		"code_verifier": {g.Verifier.Reveal()}}
}

// A server revokes what it gave when a code comes twice.
func (AuthorizationCode) repeatable() bool { return false }

// newVerifier makes a code verifier of 260 random bits in 52 letters and digits
// (RFC 7636 section 4.1 demands 43 characters at least).
func newVerifier() Secret { return NewSecret(strings.ToLower(rand.Text() + rand.Text())) }

// setChallenge adds the challenge of RFC 7636 section 4.3.
func setChallenge(form url.Values, verifier Secret) {
	sum := sha256.Sum256([]byte(verifier.Reveal()))
	form.Set("code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]))
	form.Set("code_challenge_method", "S256")
}
