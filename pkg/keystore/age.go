package keystore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// workFactor is the cost of a passphrase, as a power of two: every run that opens
// a file pays it once. See docs/decisions/0010-stores.md for what it costs.
const workFactor = 15

// maxIdentityFile bounds what is read of a file that the user names.
const maxIdentityFile = 1 << 20

// ageSeal seals with age (https://age-encryption.org/v1), to the identities in a
// file, or to one of its own that rests in the folder, sealed with a passphrase:
// so the passphrase has to be stretched once and not for each file.
type ageSeal struct {
	dir, identityFile string
	passphrase        func(ctx context.Context, fresh bool) (apitok.Secret, error)
	// turn is how long it is waited for another process that makes the identity.
	turn time.Duration

	mu         sync.Mutex
	identities []age.Identity
	recipients []age.Recipient
}

func (a *ageSeal) seal(ctx context.Context, text string) ([]byte, error) {
	if err := a.unlock(ctx, true); err != nil {
		return nil, err
	}
	content, err := encrypt(text, a.recipients...)
	if err != nil {
		return nil, broken("sealing a file failed", err)
	}
	return content, nil
}

func (a *ageSeal) open(ctx context.Context, content []byte) (string, error) {
	if err := a.unlock(ctx, false); err != nil {
		return "", err
	}
	text, err := decrypt(content, a.identities...)
	if wrong := new(age.NoIdentityMatchError); errors.As(err, &wrong) {
		return "", &apitok.Error{Kind: apitok.StoreFailed, Message: "a file of the file store is sealed to another identity",
			Hint: "name the right one in age_identity of the profile or APITOK_AGE_IDENTITY_FILE, or neither if it was a passphrase"}
	}
	if err != nil {
		return "", &apitok.Error{Kind: apitok.StoreFailed, Message: "a file of the file store is damaged", Cause: err, Lost: true,
			Hint: "for a token, replace it with --force; otherwise apitok import or apitok rotate"}
	}
	return text, nil
}

// ready opens the identity, if there is one yet.
func (a *ageSeal) ready(ctx context.Context) error {
	if _, err := os.Stat(a.own()); a.identityFile == "" && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return a.unlock(ctx, false)
}

func (a *ageSeal) own() string { return filepath.Join(a.dir, "identity.age") }

// unlock gets at the identities; where there are none yet, create tells to make one.
func (a *ageSeal) unlock(ctx context.Context, create bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.identities != nil {
		return nil
	}
	var text string
	var err error
	switch {
	case a.identityFile != "":
		text, err = readIdentityFile(a.identityFile)
	case create:
		text, err = a.ownOrNew(ctx)
	default:
		text, err = a.openOwn(ctx)
	}
	if err != nil {
		return err
	}
	a.identities, a.recipients, err = identitiesOf(text)
	if err != nil {
		return broken("the identity of the file store, "+cmp.Or(a.identityFile, a.own())+", cannot be used", err)
	}
	return nil
}

// ownOrNew makes an identity where there is none, while no other process does.
func (a *ageSeal) ownOrNew(ctx context.Context) (string, error) {
	unlock, err := lock(ctx, filepath.Join(a.dir, ".identity.lock"), a.turn, "the file store")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(a.own()); !errors.Is(err, fs.ErrNotExist) {
		return a.openOwn(ctx)
	}
	passphrase, err := a.passphrase(ctx, true)
	if err != nil {
		return "", err
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return "", err
	}
	recipient, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return "", broken("this passphrase cannot be used", err)
	}
	recipient.SetWorkFactor(workFactor)
	content, err := encrypt(identity.String()+"\n", recipient)
	if err == nil {
		err = atomicfile.Write(a.own(), content)
	}
	if err != nil {
		return "", broken("writing the identity of the file store failed", err)
	}
	return identity.String(), nil
}

func (a *ageSeal) openOwn(ctx context.Context) (string, error) {
	content, err := os.ReadFile(a.own())
	if err != nil {
		return "", broken("reading the identity of the file store failed", err)
	}
	passphrase, err := a.passphrase(ctx, false)
	if err != nil {
		return "", err
	}
	identity, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return "", broken("this passphrase cannot be used", err)
	}
	text, err := decrypt(content, identity)
	if wrong := new(age.NoIdentityMatchError); errors.As(err, &wrong) {
		return "", &apitok.Error{Kind: apitok.StoreFailed, Message: "the passphrase of the file store is wrong"}
	}
	if err != nil {
		return "", broken("the identity of the file store, "+a.own()+", is damaged", err)
	}
	return text, nil
}

func readIdentityFile(path string) (string, error) {
	f, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return "", broken("reading the age identity failed", err)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxIdentityFile))
	if err = errors.Join(err, f.Close()); err != nil {
		return "", broken("reading the age identity failed", err)
	}
	return string(b), nil
}

// identitiesOf reads a file as age-keygen writes it. The parser's errors are not
// passed on: they may quote what they could not read.
func identitiesOf(text string) ([]age.Identity, []age.Recipient, error) {
	identities, err := age.ParseIdentities(strings.NewReader(text))
	if err != nil {
		return nil, nil, errors.New("it does not hold age identities alone, as age-keygen writes them")
	}
	recipients := make([]age.Recipient, 0, len(identities))
	for _, identity := range identities {
		switch i := identity.(type) {
		case *age.X25519Identity:
			recipients = append(recipients, i.Recipient())
		case *age.HybridIdentity:
			recipients = append(recipients, i.Recipient())
		default:
			return nil, nil, errors.New("it holds an identity of an unknown type")
		}
	}
	return identities, recipients, nil
}

func encrypt(text string, to ...age.Recipient) ([]byte, error) {
	var content bytes.Buffer
	w, err := age.Encrypt(&content, to...)
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(w, text)
	err = errors.Join(err, w.Close()) // which writes the rest
	return content.Bytes(), err
}

func decrypt(content []byte, identities ...age.Identity) (string, error) {
	r, err := age.Decrypt(bytes.NewReader(content), identities...)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(text), err
}
