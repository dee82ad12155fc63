// Package grant asks an OAuth 2.0 token endpoint for tokens (RFC 6749): one
// file per grant and one per way in which a client proves who it is.
//
// It knows nothing of Keycloak or of apitok, and it keeps nothing.
package grant

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody bounds what is read of an answer: a token of several hundred roles
// is some tens of kilobytes.
const maxBody = 4 << 20

// A Grant is what is asked of the token endpoint (RFC 6749 section 4).
type Grant interface {
	// form returns the parameters of the request, grant_type among them.
	form() url.Values
	// repeatable tells whether sending the request twice does no harm.
	repeatable() bool
}

// A ClientAuth proves to the token endpoint which client asks (RFC 6749
// section 2.3).
type ClientAuth interface {
	// authenticate adds the proof to the request's header or to its form.
	authenticate(header http.Header, form url.Values) error
	// repeatable tells whether the server takes the same proof twice.
	repeatable() bool
}

// An Endpoint is the token endpoint of one authorization server, as one client
// sees it.
type Endpoint struct {
	// URL is the address of the token endpoint.
	URL string
	// HTTP sends the requests. It must have a time-out and must not follow
	// redirects, which would carry a secret to another place.
	HTTP *http.Client
	// Auth proves who asks.
	Auth ClientAuth
	// Now tells the time.
	Now func() time.Time
}

// A Token is a successful answer (RFC 6749 section 5.1).
type Token struct {
	// AccessToken is the access token.
	AccessToken Secret
	// TokenType is how to present it, "Bearer" as a rule; "N_A" for what is no access
	// token (RFC 8693 section 2.2.1).
	TokenType string
	// IssuedType is what an exchange made, "" for other grants.
	IssuedType TokenType
	// Sent and Received are when the request left and the answer was there, by
	// this machine's clock; with repetitions, when the first one left.
	Sent, Received time.Time
	// Date is the answer's moment by the server's clock (RFC 9110 section 6.6.1);
	// zero when the server did not say.
	Date time.Time
	// Expiry is when the access token ends, by this machine's clock, counted
	// from Sent; zero when the server did not say.
	Expiry time.Time
	// RefreshToken is empty when the server gave none.
	RefreshToken Secret
	// RefreshExpiry is when the refresh token ends unless it is used before, as
	// Expiry is; zero when the server did not say. No standard knows it, Keycloak
	// tells it.
	RefreshExpiry time.Time
	// IDToken is the ID token of OpenID Connect Core 1.0 section 3.1.3.3, empty
	// when the server gave none.
	IDToken Secret
	// Scope holds the scopes that were granted.
	Scope []string
}

type answer struct {
	AccessToken      string `json:"access_token"`
	TokenType        string `json:"token_type"`
	ExpiresIn        int64  `json:"expires_in"`
	RefreshToken     string `json:"refresh_token"`
	RefreshExpiresIn int64  `json:"refresh_expires_in"`
	IDToken          string `json:"id_token"`
	Scope            string `json:"scope"`
	IssuedType       string `json:"issued_token_type"`
}

// Token asks for a token. It returns an [*Error] when the server refused, and
// the transport's own error when no answer came.
func (e Endpoint) Token(ctx context.Context, g Grant) (Token, error) {
	sent := e.Now()
	body, header, err := e.post(ctx, e.URL, g.form(), g.repeatable())
	if err != nil {
		return Token{}, err
	}
	token, err := parse(body, sent)
	if err != nil {
		return Token{}, err
	}
	token.Received = e.Now()
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		token.Date = date
	}
	return token, nil
}

// post sends a form to an endpoint of the authorization server, with the proof of
// who asks, and returns body and header of a 200. Its errors are those of Token.
func (e Endpoint) post(ctx context.Context, address string, form url.Values, repeatable bool) ([]byte, http.Header, error) {
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}
	if err := e.Auth.authenticate(header, form); err != nil {
		return nil, nil, err
	}
	if repeatable && e.Auth.repeatable() {
		ctx = withRepeatable(ctx)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, nil, err
	}
	req.Header = header
	resp, err := e.HTTP.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return nil, nil, fmt.Errorf("reading the answer of the authorization server: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, nil, newError(resp.StatusCode, body)
	}
	return body, resp.Header, nil
}

func parse(body []byte, sent time.Time) (Token, error) {
	var a answer
	// The decoder's error could quote the body, and with it a token.
	if json.Unmarshal(body, &a) != nil || a.AccessToken == "" {
		return Token{}, &Error{Status: http.StatusOK, Description: "the answer holds no access token"}
	}
	t := Token{
		AccessToken:  NewSecret(a.AccessToken),
		TokenType:    a.TokenType,
		IssuedType:   TokenType(a.IssuedType),
		RefreshToken: NewSecret(a.RefreshToken),
		IDToken:      NewSecret(a.IDToken),
		Scope:        strings.Fields(a.Scope),
		Sent:         sent,
	}
	t.Expiry, t.RefreshExpiry = after(sent, a.ExpiresIn), after(sent, a.RefreshExpiresIn)
	return t, nil
}

// after returns the moment that many seconds after sent, zero when the server did
// not say how many.
func after(sent time.Time, seconds int64) time.Time {
	if seconds <= 0 {
		return time.Time{}
	}
	return sent.Add(time.Duration(seconds) * time.Second)
}

type repeatableKey struct{}

func withRepeatable(ctx context.Context) context.Context {
	return context.WithValue(ctx, repeatableKey{}, true)
}

// Repeatable tells a transport whether the request with this context may be
// sent again after a failure, though it is a POST.
func Repeatable(ctx context.Context) bool {
	yes, _ := ctx.Value(repeatableKey{}).(bool)
	return yes
}
