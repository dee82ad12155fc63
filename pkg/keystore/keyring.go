package keystore

import (
	"context"
	"errors"
	"strings"
	"time"

	gokeyring "github.com/zalando/go-keyring"

	"github.com/apitok/apitok/pkg/apitok"
)

// service is the name under which all items are kept.
const service = "apitok"

// A keyring is go-keyring with a deadline, without its habit of starting daemons,
// and with errors that say what to do.
type keyring struct{ patience time.Duration }

func (k keyring) get(ctx context.Context, key string) (apitok.Secret, error) {
	return k.do(ctx, func() (string, error) { return gokeyring.Get(service, key) })
}

func (k keyring) set(ctx context.Context, key string, secret apitok.Secret) error {
	_, err := k.do(ctx, func() (string, error) { return "", gokeyring.Set(service, key, secret.Reveal()) })
	return err
}

func (k keyring) remove(ctx context.Context, key string) error {
	_, err := k.do(ctx, func() (string, error) { return "", gokeyring.Delete(service, key) })
	return err
}

// do runs one call. go-keyring takes no context and waits for ever on a prompt
// that nobody answers, so a call that is out of time is left behind.
func (k keyring) do(ctx context.Context, call func() (string, error)) (apitok.Secret, error) {
	if err := reachable(); err != nil {
		return apitok.Secret{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, k.patience)
	defer cancel()
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			// It takes for granted that the bus lives until its prompt is answered, and that
			// answers have the types that they should.
			if recover() != nil {
				a.err = errGone
			}
			answers <- a
		}()
		a.text, a.err = call()
	}()
	select {
	case a := <-answers:
		return apitok.NewSecret(a.text), explain(a.err)
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return apitok.Secret{}, &apitok.Error{Kind: apitok.Interrupted, Message: "interrupted"}
		}
		return apitok.Secret{}, &apitok.Error{Kind: apitok.StoreFailed, Message: "the keyring did not answer within " + k.patience.String(),
			Hint: "it may be locked or hang: unlock it, or " + withoutKeyring}
	}
}

var errGone = &apitok.Error{Kind: apitok.StoreFailed, Message: "the keyring went away in the middle of an answer, or answered nonsense", Hint: "try again"}

const withoutKeyring = "use APITOK_CLIENT_ID and APITOK_CLIENT_SECRET_FILE where there is no keyring"

// explain tells go-keyring's failures apart. It has a sentinel for two of them;
// the others are known by their text only.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, errGone) {
		return errGone
	}
	failed := &apitok.Error{Kind: apitok.StoreFailed, Message: "the keyring failed", Cause: err}
	text := err.Error()
	switch {
	case errors.Is(err, gokeyring.ErrNotFound):
		return &apitok.Error{Kind: apitok.NotFound, Message: "the keyring has no such item"}
	case errors.Is(err, gokeyring.ErrSetDataTooBig):
		failed.Message, failed.Cause = "this is too long for the keyring of this system", nil
	case errors.Is(err, gokeyring.ErrUnsupportedPlatform):
		failed.Message, failed.Cause, failed.Hint = "this system has no keyring that apitok knows", nil, withoutKeyring
	case strings.Contains(text, "failed to unlock") && strings.Contains(text, "/aliases/default"):
		failed.Message, failed.Cause = "the keyring has no default collection, or it is locked", nil
		failed.Hint = "make one or unlock it, as signing in to a desktop does, or " + withoutKeyring
	case strings.Contains(text, "failed to unlock"), strings.Contains(text, "IsLocked"):
		failed.Message, failed.Hint = "the keyring is locked", "unlock it, or "+withoutKeyring
	case strings.Contains(text, "not provided by any .service"), strings.Contains(text, "no such file"), strings.Contains(text, "connection refused"):
		failed.Message, failed.Hint = "no keyring answers", "start a Secret Service such as gnome-keyring, or "+withoutKeyring
	}
	return failed
}
