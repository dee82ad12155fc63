package grant

import (
	"encoding/base64"
	"encoding/json"
)

// joseHeader is the header of an assertion (RFC 7515 section 4.1).
type joseHeader struct {
	Algorithm string `json:"alg"`
	Type      string `json:"typ"`
	KeyID     string `json:"kid,omitempty"`
}

// Assertion signs claims as a JWT (RFC 7519 section 7.1, RFC 7515). It adds none and
// checks none.
func (k PrivateKey) Assertion(claims map[string]any) (Secret, error) {
	return k.assertion(joseHeader{Algorithm: k.algorithm, Type: "JWT"}, claims)
}

// NamedAssertion is Assertion with the id of the key, by which a server finds it among
// others.
func (k PrivateKey) NamedAssertion(keyID string, claims map[string]any) (Secret, error) {
	return k.assertion(joseHeader{k.algorithm, "JWT", keyID}, claims)
}

func (k PrivateKey) assertion(header joseHeader, claims map[string]any) (Secret, error) {
	head, err := json.Marshal(header)
	if err != nil {
		return Secret{}, err
	}
	body, err := json.Marshal(claims)
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
