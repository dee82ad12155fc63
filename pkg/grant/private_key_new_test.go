package grant

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
)

// TestNewPrivateKey reads a key back and verifies a signature with the public half that
// a server is told.
func TestNewPrivateKey(t *testing.T) {
	made, err := NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := made.PEM()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParsePrivateKey([]byte(text.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.JWK()
	if err != nil {
		t.Fatal(err)
	}
	assertion, err := key.Sign(Assertion{Subject: "alice", KeyID: public.KeyID})
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(assertion.Reveal(), ".")
	var header map[string]string
	if err := json.Unmarshal(decoded(t, parts[0]), &header); err != nil || header["kid"] != public.KeyID || header["alg"] != public.Algorithm {
		t.Errorf("header %v, %v", header, err)
	}
	signer, ok := key.signer.Public().(*ecdsa.PublicKey)
	if !ok {
		t.Fatalf("a key of type %T", key.signer.Public())
	}
	if x := new(big.Int).SetBytes(decoded(t, public.X)); x.Cmp(signer.X) != 0 { //nolint:staticcheck // to compare it is enough
		t.Errorf("x is %s", x)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature := decoded(t, parts[2])
	if !ecdsa.Verify(signer, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the signature does not verify")
	}
}

func decoded(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
