// Package sealed seals what is handed over of a delegated credential in a file that
// only whom it is for can open: encrypted with age (https://age-encryption.org/v1), in
// its armored form, to age or SSH public keys or with a passphrase. It knows age's keys
// so that nobody else needs to.
package sealed

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Seal is for whom a hand-over is encrypted.
type Seal struct{ recipients []age.Recipient }

// WithPassphrase seals for whoever knows a passphrase.
func WithPassphrase(passphrase apitok.Secret) (Seal, error) {
	recipient, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return Seal{}, &apitok.Error{Kind: apitok.Usage, Message: "this is no passphrase", Cause: err}
	}
	return Seal{[]age.Recipient{recipient}}, nil
}

// Close returns the sealed form of a hand-over.
func (s Seal) Close(handover apitok.Handover) ([]byte, error) {
	text, err := handover.Encode()
	if err != nil {
		return nil, err
	}
	var sealed bytes.Buffer
	armored := armor.NewWriter(&sealed)
	w, err := age.Encrypt(armored, s.recipients...)
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(w, text.Reveal())
	if err = errors.Join(err, w.Close(), armored.Close()); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

// IsSealed tells whether a text begins as a sealed hand-over does.
func IsSealed(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte(armor.Header))
}

// Open opens a sealed hand-over: Denied when no key fits, Usage when the file is not
// whole or holds something else.
func Open(sealed []byte, keys Keys) (apitok.Handover, error) {
	plain, err := age.Decrypt(armor.NewReader(bytes.NewReader(bytes.TrimSpace(sealed))), keys.identities()...)
	if err != nil {
		return apitok.Handover{}, unopened(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		return apitok.Handover{}, broken(err)
	}
	return apitok.DecodeHandover(apitok.NewSecret(string(text)))
}

func unopened(err error) error {
	var none *age.NoIdentityMatchError
	if e := new(apitok.Error); errors.As(err, &e) {
		return e
	}
	if errors.As(err, &none) {
		return &apitok.Error{Kind: apitok.Denied, Message: "no key here opens this hand-over",
			Hint: "name the private key that it was made for with --identity, an age or an SSH one"}
	}
	return broken(err)
}

func broken(err error) error {
	return &apitok.Error{Kind: apitok.Usage, Message: "this hand-over is not whole", Cause: errors.New(strings.TrimSpace(err.Error())), Hint: "have it sent again"}
}
