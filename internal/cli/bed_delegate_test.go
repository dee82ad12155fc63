package cli_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"path/filepath"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// delegatedWorkshop is a workshop on a realm that apitok setup prepared, with a key pair to hand over to: the public key, and
// the file of the private one.
func delegatedWorkshop(t *testing.T) (w *workshop, recipient, identity string) {
	t.Parallel()
	w = newWorkshopAt(t, testkit.Keycloak(t).Realm(t))
	id, secret := w.realm.Operator(t, "realm-admin")
	w.at(t, "APITOK_LOGIN_CLIENT_ID="+id, "APITOK_LOGIN_CLIENT_SECRET="+secret).must(0, "setup")
	recipient, identity = sshKeys(t)
	return w, recipient, identity
}

// sshKeys makes a pair of SSH keys: the public one as RFC 8709 section 4 has it, the private one in a file.
func sshKeys(t *testing.T) (public, file string) {
	t.Helper()
	key, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	const kind = "ssh-ed25519"
	var blob []byte
	for _, part := range [][]byte{[]byte(kind), key} {
		blob = append(binary.BigEndian.AppendUint32(blob, uint32(len(part))), part...)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "id")
	writeFile(t, file, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})))
	return kind + " " + base64.StdEncoding.EncodeToString(blob), file
}

// holderAt is the workshop of somebody who has not signed in, on another machine.
func (w *workshop) holderAt(t *testing.T) *workshop {
	env := append(testkit.Keyring(t), "HOME="+t.TempDir(), "APITOK_LOGIN_CLIENT_ID=", "APITOK_LOGIN_CLIENT_SECRET=")
	return w.at(t, env...)
}
