package grant

import (
	"encoding/base64"
	"encoding/json"
)

// Assertion signs claims as a JWT (RFC 7519 section 7.1, RFC 7515). It adds none and
// checks none.
func (k PrivateKey) Assertion(claims map[string]any) (Secret, error) {
	body, err := json.Marshal(claims)
	if err != nil {
		return Secret{}, err
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"`+k.algorithm+`","typ":"JWT"}`)) + "." +
		base64.RawURLEncoding.EncodeToString(body)
	signature, err := k.sign([]byte(text))
	if err != nil {
		return Secret{}, err
	}
	return NewSecret(text + "." + base64.RawURLEncoding.EncodeToString(signature)), nil
}
