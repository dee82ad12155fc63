package sealed

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/crypto/ssh"

	"github.com/apitok/apitok/pkg/apitok"
)

func sample() apitok.Handover {
	return apitok.Handover{Realm: apitok.Realm{Server: "https://kc.example", Name: "demo"}, ClientID: "apitok.alice.ci",
		Secret: apitok.NewSecret("hunter2"), RegistrationToken: apitok.NewSecret("hunter3"),
		ExpiresAt: time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC), Audiences: []string{"orders-api"}}
}

func same(a, b apitok.Handover) bool {
	return a.Realm == b.Realm && a.ClientID == b.ClientID && a.Secret.Reveal() == b.Secret.Reveal() &&
		a.RegistrationToken.Reveal() == b.RegistrationToken.Reveal() && a.ExpiresAt.Equal(b.ExpiresAt) && len(a.Audiences) == len(b.Audiences)
}

func write(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A pair is a recipient and the file that opens what is sealed for it.
type pair struct{ public, file string }

func agePair(t *testing.T) pair {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return pair{key.Recipient().String(), write(t, "# a comment\n"+key.String()+"\n")}
}

func hybridPair(t *testing.T) pair {
	key, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return pair{key.Recipient().String(), write(t, key.String())}
}

// sshPair is a pair of SSH keys, the private one locked unless passphrase is "".
func sshPair(t *testing.T, public, private any, passphrase string) pair {
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	var block *pem.Block
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(private, "")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	return pair{strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))), write(t, string(pem.EncodeToMemory(block)))}
}

func ed25519Pair(t *testing.T, passphrase string) pair {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return sshPair(t, public, private, passphrase)
}

func rsaPair(t *testing.T) pair {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return sshPair(t, &key.PublicKey, key, "")
}

func nobody() (apitok.Secret, error) {
	return apitok.Secret{}, &apitok.Error{Kind: apitok.Interrupted, Message: "asked"}
}

func keysOf(t *testing.T, files ...string) Keys {
	t.Helper()
	keys := Keys{Passphrase: nobody, KeyPassphrase: func(string) (apitok.Secret, error) { return apitok.NewSecret("correct horse"), nil }}
	for _, file := range files {
		if err := keys.Add(file); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func sealed(t *testing.T, recipients ...string) []byte {
	t.Helper()
	seal, err := ForKeys(recipients, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	text, err := seal.Close(sample())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestKeys: what is sealed for a key is opened by it, named by itself or in a file, and by no other.
func TestKeys(t *testing.T) {
	pairs := map[string]pair{"age": agePair(t), "hybrid": hybridPair(t), "ed25519": ed25519Pair(t, ""), "locked": ed25519Pair(t, "correct horse"), "RSA": rsaPair(t)}
	for name, key := range pairs {
		for _, recipient := range []string{key.public, write(t, "# alice\n\necdsa-sha2-nistp256 AAAA alice\n"+key.public+" alice@laptop\n")} {
			if strings.HasPrefix(key.public, "age1") && recipient != key.public {
				recipient = write(t, key.public+"\n")
			}
			text := sealed(t, recipient)
			if !IsSealed(text) || bytes.Contains(text, []byte("hunter")) {
				t.Errorf("%s: it is not sealed", name)
			}
			if got, err := Open(text, keysOf(t, key.file)); err != nil || !same(got, sample()) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			for other, wrong := range pairs {
				if _, err := Open(text, keysOf(t, wrong.file)); other != name && !apitok.Denied.Is(err) {
					t.Errorf("%s opened by %s: %v", name, other, err)
				}
			}
		}
	}
	// For several people, each opens it.
	for _, several := range [][]string{{pairs["ed25519"].public, pairs["RSA"].public}, {pairs["ed25519"].public + "\n" + pairs["RSA"].public}} {
		text := sealed(t, several...)
		for _, name := range []string{"ed25519", "RSA"} {
			if _, err := Open(text, keysOf(t, pairs[name].file)); err != nil {
				t.Errorf("%q by %s: %v", several, name, err)
			}
		}
	}
}

// TestPassphrase: it is asked for only where one was used.
func TestPassphrase(t *testing.T) {
	seal, err := WithPassphrase(apitok.NewSecret("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := seal.Close(sample())
	if err != nil {
		t.Fatal(err)
	}
	for passphrase, want := range map[string]apitok.Kind{"correct horse": 0, "wrong": apitok.Denied} {
		got, err := Open(text, Keys{Passphrase: func() (apitok.Secret, error) { return apitok.NewSecret(passphrase), nil }})
		if want == 0 && (err != nil || !same(got, sample())) || want != 0 && !want.Is(err) {
			t.Errorf("%s: %v", passphrase, err)
		}
	}
	if _, err := Open(text, keysOf(t)); !apitok.Interrupted.Is(err) {
		t.Errorf("nobody was asked: %v", err)
	}
}

// TestWorkFactor: a file cannot have apitok work harder than for what age seals.
func TestWorkFactor(t *testing.T) {
	costly := &age.Stanza{Type: "scrypt", Args: []string{strings.Repeat("A", 22), "19"}, Body: make([]byte, 32)}
	keys := Keys{Passphrase: func() (apitok.Secret, error) { return apitok.NewSecret("correct horse"), nil }}
	if _, err := (passphrase{&keys}).Unwrap([]*age.Stanza{costly}); err == nil || !strings.Contains(err.Error(), "work factor too large") {
		t.Errorf("%v", err)
	}
}

// TestLocked: a locked key that stays so is no fault of the hand-over.
func TestLocked(t *testing.T) {
	key := ed25519Pair(t, "correct horse")
	text := sealed(t, key.public)
	for want, ask := range map[apitok.Kind]func(string) (apitok.Secret, error){
		apitok.Denied:      func(string) (apitok.Secret, error) { return apitok.NewSecret("wrong"), nil },
		apitok.Interrupted: func(string) (apitok.Secret, error) { return nobody() },
	} {
		keys := Keys{KeyPassphrase: ask}
		if err := keys.Add(key.file); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(text, keys); !want.Is(err) {
			t.Errorf("%v: %v", want, err)
		}
	}
}

// TestBroken: a hand-over that was cut, changed or never was one is not taken.
func TestBroken(t *testing.T) {
	key := agePair(t)
	whole := sealed(t, key.public)
	changed := bytes.Clone(whole)
	changed[len(changed)-60] ^= 1
	for name, text := range map[string][]byte{"empty": nil, "half": whole[:len(whole)/2], "end": whole[:len(whole)-40], "changed": changed, "else": []byte("hello")} {
		if got, err := Open(text, keysOf(t, key.file)); !apitok.Usage.Is(err) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := Open(append([]byte("\r\n"), bytes.ReplaceAll(whole, []byte("\n"), []byte("\r\n"))...), keysOf(t, key.file)); err != nil {
		t.Errorf("a mail that changes the ends of lines breaks it: %v", err)
	}
}

func TestNoKeys(t *testing.T) {
	key := agePair(t)
	for name, recipient := range map[string]string{
		"nothing": "", "a name": "alice", "the private key": key.file, "no key in it": write(t, "hello\n"), "a broken key": key.public[:20], "lines without a key": "alice\nbob",
	} {
		if _, err := ForKeys([]string{recipient}, func(string) {}); !apitok.Usage.Is(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := new(Keys).Add(write(t, "AGE-SECRET-KEY-1BROKEN")); !apitok.Usage.Is(err) || strings.Contains(err.Error(), "BROKEN") {
		t.Errorf("%v", err)
	}
	if err := new(Keys).Add(filepath.Join(t.TempDir(), "none")); !apitok.Usage.Is(err) {
		t.Errorf("%v", err)
	}
}

// TestFile: only a hand-over is replaced.
func TestFile(t *testing.T) {
	key := agePair(t)
	seal, err := ForKeys([]string{key.public}, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := File{filepath.Join(t.TempDir(), "ci.age"), seal}
	for range 2 {
		if err := f.Probe(); err != nil {
			t.Fatal(err)
		}
		if err := f.Deliver(sample()); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(f.Path))
	if err != nil || len(entries) != 1 {
		t.Errorf("there is %v, %v", entries, err)
	}
	if err := os.WriteFile(f.Path, []byte("a letter"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Probe(); !apitok.Conflict.Is(err) {
		t.Errorf("a letter would be replaced: %v", err)
	}
}
