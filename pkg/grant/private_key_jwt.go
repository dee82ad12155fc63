package grant

import (
	"net/http"
	"net/url"
)

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
	assertion, err := a.Key.Sign(Assertion{Issuer: a.ClientID, Subject: a.ClientID, Audience: a.Audience})
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
