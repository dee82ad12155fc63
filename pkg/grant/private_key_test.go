package grant

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// madeKeys are keys of every kind, with what verifies a signature of theirs.
func madeKeys(t *testing.T) map[string]struct {
	private any
	verify  func(text, signature []byte) bool
} {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	type made = struct {
		private any
		verify  func(text, signature []byte) bool
	}
	keys := map[string]made{}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	keys["EdDSA"] = made{private, func(text, signature []byte) bool { return ed25519.Verify(public, text, signature) }}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	digest := func(hash crypto.Hash, text []byte) []byte { h := hash.New(); h.Write(text); return h.Sum(nil) }
	keys["RS256"] = made{key, func(text, signature []byte) bool {
		return rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest(crypto.SHA256, text), signature) == nil
	}}
	for name, kind := range map[string]struct {
		curve elliptic.Curve
		hash  crypto.Hash
		size  int
	}{"ES256": {elliptic.P256(), crypto.SHA256, 32}, "ES384": {elliptic.P384(), crypto.SHA384, 48}, "ES512": {elliptic.P521(), crypto.SHA512, 66}} {
		key, err := ecdsa.GenerateKey(kind.curve, rand.Reader)
		must(err)
		keys[name] = made{key, func(text, signature []byte) bool {
			r, s := new(big.Int).SetBytes(signature[:kind.size]), new(big.Int).SetBytes(signature[kind.size:])
			return len(signature) == 2*kind.size && ecdsa.Verify(&key.PublicKey, digest(kind.hash, text), r, s)
		}}
	}
	return keys
}

// TestPrivateKeyJWT: RFC 7523 section 3, by every kind of key.
func TestPrivateKeyJWT(t *testing.T) {
	for algorithm, made := range madeKeys(t) {
		der, err := x509.MarshalPKCS8PrivateKey(made.private)
		if err != nil {
			t.Fatal(err)
		}
		file := append([]byte("# a comment\n"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
		key, err := ParsePrivateKey(file)
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		if printed := fmt.Sprintf("%v %+v %#v %s", key, &key, PrivateKeyJWT{Key: key}, key); strings.Count(printed, redacted) != 4 {
			t.Errorf("it prints as %s", printed)
		}
		form := url.Values{}
		if err := (PrivateKeyJWT{ClientID: "c", Audience: "https://k", Key: key}).authenticate(http.Header{}, form); err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(form.Get("client_assertion"), ".")
		var decoded [3][]byte
		for i, part := range parts {
			if decoded[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
				t.Fatal(err)
			}
		}
		var claims struct {
			Iss, Sub, Aud, Jti string
			Iat, Exp           int64
		}
		if err := json.Unmarshal(decoded[1], &claims); err != nil {
			t.Fatal(err)
		}
		if claims.Iss != "c" || claims.Sub != "c" || claims.Aud != "https://k" || claims.Jti == "" || claims.Exp-claims.Iat != 50 {
			t.Errorf("%s: %s", algorithm, decoded[1])
		}
		if string(decoded[0]) != `{"alg":"`+algorithm+`","typ":"JWT"}` || !made.verify([]byte(parts[0]+"."+parts[1]), decoded[2]) {
			t.Errorf("%s: the signature of %s does not verify", algorithm, decoded[0])
		}
	}
}

// TestOlderKeys: PKCS #1 and SEC 1, as openssl wrote them once.
func TestOlderKeys(t *testing.T) {
	keys := madeKeys(t)
	der, err := x509.MarshalECPrivateKey(keys["ES256"].private.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	for kind, der := range map[string][]byte{"EC PRIVATE KEY": der, "RSA PRIVATE KEY": x509.MarshalPKCS1PrivateKey(keys["RS256"].private.(*rsa.PrivateKey))} {
		// openssl ecparam writes the curve before the key.
		file := append(pem.EncodeToMemory(&pem.Block{Type: "EC PARAMETERS"}), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
		if _, err := ParsePrivateKey(file); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestNoKey(t *testing.T) {
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(p224)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{nil, []byte("hunter2"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("hunter2")}),
		pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("hunter2")}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})} {
		if _, err := ParsePrivateKey(file); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", file, err)
		}
	}
}
