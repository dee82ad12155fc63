package grant

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"time"
)

// assertionLife is how long an assertion holds: enough for clocks that differ a
// little, and less than the minute that Keycloak takes one for.
const assertionLife = 50 * time.Second

// PrivateKeyJWT is authentication with a key of the client's own (RFC 7523 section
// 2.2): no secret is sent, and none rests at the server.
type PrivateKeyJWT struct {
	// ClientID is the client's id.
	ClientID string
	// Audience is the issuer identifier of the authorization server.
	Audience string
	// Key is the client's key.
	Key PrivateKey
}

func (a PrivateKeyJWT) authenticate(_ http.Header, form url.Values) error {
	now := time.Now()
	assertion, err := a.Key.Assertion(map[string]any{
		"iss": a.ClientID, "sub": a.ClientID, "aud": a.Audience, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
	if err != nil {
		return err
	}
	form.Set("client_id", a.ClientID)
	form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	form.Set("client_assertion", assertion.Reveal())
	return nil
}

// An assertion counts once: its jti is remembered (RFC 7523 section 3).
func (PrivateKeyJWT) repeatable() bool { return false }
