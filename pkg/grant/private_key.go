package grant

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
)

// A PrivateKey signs for a client. Like a [Secret], it prints as "[redacted]".
type PrivateKey struct {
	signer    crypto.Signer
	algorithm string // of RFC 7518 section 3.1 or RFC 8037
	hash      crypto.Hash
}

// ParsePrivateKey reads a private key from a PEM file: RSA, Ed25519, or ECDSA on
// P-256, P-384 or P-521, in PKCS #8 or the older forms of its kind, not encrypted.
// Its errors repeat nothing of the file.
func ParsePrivateKey(file []byte) (PrivateKey, error) {
	for {
		var block *pem.Block
		if block, file = pem.Decode(file); block == nil {
			return PrivateKey{}, errors.New("it holds no private key in PEM that can be read without a password")
		}
		switch block.Type {
		case "PRIVATE KEY":
			return keyOf(x509.ParsePKCS8PrivateKey(block.Bytes))
		case "RSA PRIVATE KEY":
			return keyOf(x509.ParsePKCS1PrivateKey(block.Bytes))
		case "EC PRIVATE KEY":
			return keyOf(x509.ParseECPrivateKey(block.Bytes))
		}
	}
}

// keyOf chooses the algorithm that every server takes for such a key.
func keyOf[K any](key K, err error) (PrivateKey, error) {
	if err != nil {
		return PrivateKey{}, errors.New("its private key cannot be read")
	}
	switch key := any(key).(type) {
	case *rsa.PrivateKey:
		return PrivateKey{key, "RS256", crypto.SHA256}, nil
	case ed25519.PrivateKey:
		return PrivateKey{key, "EdDSA", 0}, nil
	case *ecdsa.PrivateKey:
		switch key.Curve.Params().BitSize {
		case 256:
			return PrivateKey{key, "ES256", crypto.SHA256}, nil
		case 384:
			return PrivateKey{key, "ES384", crypto.SHA384}, nil
		case 521:
			return PrivateKey{key, "ES512", crypto.SHA512}, nil
		}
	}
	return PrivateKey{}, errors.New("its private key is of a kind that signs no assertions")
}

// sign signs text as RFC 7518 section 3 and RFC 8037 section 3.1 say.
func (k PrivateKey) sign(text []byte) ([]byte, error) {
	if k.hash != 0 {
		h := k.hash.New()
		h.Write(text)
		text = h.Sum(nil)
	}
	if key, ok := k.signer.(*ecdsa.PrivateKey); ok {
		r, s, err := ecdsa.Sign(rand.Reader, key, text)
		if err != nil {
			return nil, err
		}
		size := (key.Curve.Params().BitSize + 7) / 8
		return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...), nil
	}
	return k.signer.Sign(rand.Reader, text, k.hash)
}

// Format prints "[redacted]" for every verb.
func (k PrivateKey) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) } //nolint:errcheck // fmt has no way to report it
