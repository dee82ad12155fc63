package grant

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"time"
)

// assertionLife is how long an assertion holds: enough for clocks that differ a
// little, and less than the minute that Keycloak takes one of a client for.
const assertionLife = 50 * time.Second

// An Assertion is a JWT by which whoever signs it says who somebody is (RFC 7523
// section 3). It holds for 50 seconds from when it is signed, and counts once.
type Assertion struct {
	// Issuer is who says it, Subject of whom.
	Issuer, Subject string
	// Audience is the issuer identifier of the authorization server.
	Audience string
	// KeyID tells the server which of the issuer's keys it is signed with; "" where there
	// is one.
	KeyID string
}

// joseHeader is the header of an assertion (RFC 7515 section 4.1).
type joseHeader struct {
	Algorithm string `json:"alg"`
	Type      string `json:"typ"`
	KeyID     string `json:"kid,omitempty"`
}

// Sign signs an assertion (RFC 7519 section 7.1, RFC 7515).
func (k PrivateKey) Sign(a Assertion) (Secret, error) {
	head, err := json.Marshal(joseHeader{k.algorithm, "JWT", a.KeyID})
	if err != nil {
		return Secret{}, err
	}
	now := time.Now()
	body, err := json.Marshal(map[string]any{
		"iss": a.Issuer, "sub": a.Subject, "aud": a.Audience, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
	if err != nil {
		return Secret{}, err
	}
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
	signature, err := k.sign([]byte(text))
	if err != nil {
		return Secret{}, err
	}
	return NewSecret(text + "." + base64.RawURLEncoding.EncodeToString(signature)), nil
}
