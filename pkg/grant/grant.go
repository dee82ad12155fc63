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
	authenticate(header http.Header, form url.Values)
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
	// TokenType is how to present it, "Bearer" as a rule.
	TokenType string
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
	// Scope holds the scopes that were granted.
	Scope []string
}

type answer struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
	Scope        string `json:"scope"`
}

// Token asks for a token. It returns an [*Error] when the server refused, and
// the transport's own error when no answer came.
func (e Endpoint) Token(ctx context.Context, g Grant) (Token, error) {
	sent := e.Now()
	req, err := e.request(ctx, g)
	if err != nil {
		return Token{}, err
	}
	resp, err := e.HTTP.Do(req)
	if err != nil {
		return Token{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return Token{}, fmt.Errorf("reading the token endpoint's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return Token{}, newError(resp.StatusCode, body)
	}
	token, err := parse(body, sent)
	if err != nil {
		return Token{}, err
	}
	token.Received = e.Now()
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		token.Date = date
	}
	return token, nil
}

func (e Endpoint) request(ctx context.Context, g Grant) (*http.Request, error) {
	header, form := http.Header{}, g.form()
	e.Auth.authenticate(header, form)
	if g.repeatable() {
		ctx = withRepeatable(ctx)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	header.Set("Content-Type", "application/x-www-form-urlencoded")
	header.Set("Accept", "application/json")
	req.Header = header
	return req, nil
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
		RefreshToken: NewSecret(a.RefreshToken),
		Scope:        strings.Fields(a.Scope),
		Sent:         sent,
	}
	if a.ExpiresIn > 0 {
		t.Expiry = sent.Add(time.Duration(a.ExpiresIn) * time.Second)
	}
	return t, nil
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
