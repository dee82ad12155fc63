package grant

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
)

// NewPrivateKey makes a key for ES256 (RFC 7518 section 3.4), which every server takes,
// also one that holds to FIPS 140.
func NewPrivateKey() (PrivateKey, error) {
	return keyOf(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
}

// PEM returns the key in PKCS #8, as ParsePrivateKey reads it.
func (k PrivateKey) PEM() (Secret, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.signer)
	if err != nil {
		return Secret{}, err
	}
	return NewSecret(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))), nil
}

// A JWK is the public half of a key for ES256 (RFC 7517, RFC 7518 section 6.2).
type JWK struct {
	KeyID     string `json:"kid"`
	Type      string `json:"kty"`
	Algorithm string `json:"alg"`
	Use       string `json:"use"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	Y         string `json:"y"`
}

// JWK returns the public half of a key that NewPrivateKey made. Its id is its thumbprint
// (RFC 7638).
func (k PrivateKey) JWK() (JWK, error) {
	key, ok := k.signer.Public().(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return JWK{}, errors.New("it is no key for ES256")
	}
	point, err := key.Bytes() // 4, X and Y (SEC 1 section 2.3.3)
	if err != nil {
		return JWK{}, err
	}
	half := (len(point) - 1) / 2
	x, y := base64.RawURLEncoding.EncodeToString(point[1:1+half]), base64.RawURLEncoding.EncodeToString(point[1+half:])
	thumbprint, err := json.Marshal(struct {
		Curve string `json:"crv"`
		Type  string `json:"kty"`
		X     string `json:"x"`
		Y     string `json:"y"`
	}{"P-256", "EC", x, y})
	if err != nil {
		return JWK{}, err
	}
	sum := sha256.Sum256(thumbprint)
	return JWK{base64.RawURLEncoding.EncodeToString(sum[:]), "EC", k.algorithm, "sig", "P-256", x, y}, nil
}
