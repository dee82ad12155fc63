package sealed

import (
	"bytes"
	"errors"
	"os"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"

	"github.com/apitok/apitok/pkg/apitok"
)

// maxWorkFactor is that of what age seals (a quarter of a GiB and a second): whoever made
// the file does not choose how much memory it takes.
const maxWorkFactor = 18

// Keys are what a hand-over is opened with.
type Keys struct {
	// Passphrase is asked where a hand-over is sealed with one.
	Passphrase func() (apitok.Secret, error)
	// KeyPassphrase is asked for that of an SSH key in a file.
	KeyPassphrase func(file string) (apitok.Secret, error)

	keys []age.Identity
}

// Add adds the private keys of a file: age's own, a line each, or an SSH key.
func (k *Keys) Add(file string) error {
	content, err := os.ReadFile(file) //nolint:gosec // the person names the file
	if err != nil {
		return &apitok.Error{Kind: apitok.Usage, Message: "the private key cannot be read", Cause: err}
	}
	if !bytes.Contains(content, []byte("-----BEGIN")) {
		found, err := age.ParseIdentities(bytes.NewReader(content))
		if err != nil {
			return &apitok.Error{Kind: apitok.Usage, Message: file + " holds no private key that age knows"} // the cause could quote it
		}
		k.keys = append(k.keys, found...)
		return nil
	}
	identity, err := agessh.ParseIdentity(content)
	if locked := new(ssh.PassphraseMissingError); errors.As(err, &locked) {
		identity, err = k.locked(file, content, locked.PublicKey)
	}
	if err != nil {
		return &apitok.Error{Kind: apitok.Usage, Message: file + " is no SSH key that age knows", Cause: err, Hint: "an ed25519 or RSA key opens what was sealed for it"}
	}
	k.keys = append(k.keys, identity)
	return nil
}

// locked is a key that asks for its passphrase where the hand-over was sealed for it.
func (k *Keys) locked(file string, content []byte, public ssh.PublicKey) (age.Identity, error) {
	if public == nil {
		// The old form of RSA keys does not tell; it stands in the file beside it.
		text, err := os.ReadFile(file + ".pub") //nolint:gosec // the person names the file
		if err != nil {
			return nil, err
		}
		if public, _, _, _, err = ssh.ParseAuthorizedKey(text); err != nil {
			return nil, err
		}
	}
	l := new(lockedKey)
	var err error
	l.EncryptedSSHIdentity, err = agessh.NewEncryptedSSHIdentity(public, content, func() ([]byte, error) {
		passphrase, err := k.KeyPassphrase(file)
		if err != nil {
			l.refusal = err
		} else if _, err = ssh.ParseRawPrivateKeyWithPassphrase(content, []byte(passphrase.Reveal())); err != nil {
			l.refusal = &apitok.Error{Kind: apitok.Denied, Message: "the passphrase does not open " + file}
		}
		return []byte(passphrase.Reveal()), l.refusal
	})
	return l, err
}

// lockedKey is an SSH key with a passphrase.
type lockedKey struct {
	*agessh.EncryptedSSHIdentity
	// refusal is why there is no passphrase or none that fits: age keeps but its words.
	refusal error
}

// Unwrap implements [age.Identity].
func (l *lockedKey) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	l.refusal = nil
	key, err := l.EncryptedSSHIdentity.Unwrap(stanzas)
	if l.refusal != nil {
		return nil, l.refusal
	}
	return key, err
}

func (k *Keys) identities() []age.Identity { return append([]age.Identity{passphrase{k}}, k.keys...) }

// passphrase opens what was sealed with one, and asks for it only then.
type passphrase struct{ keys *Keys }

// Unwrap implements [age.Identity].
func (p passphrase) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) != 1 || stanzas[0].Type != "scrypt" {
		return nil, age.ErrIncorrectIdentity
	}
	secret, err := p.keys.Passphrase()
	if err != nil {
		return nil, err
	}
	identity, err := age.NewScryptIdentity(secret.Reveal())
	if err != nil {
		return nil, err
	}
	identity.SetMaxWorkFactor(maxWorkFactor)
	key, err := identity.Unwrap(stanzas)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, &apitok.Error{Kind: apitok.Denied, Message: "the passphrase does not open this hand-over"}
	}
	return key, err
}
