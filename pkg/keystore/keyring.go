package keystore

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	gokeyring "github.com/zalando/go-keyring"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/secretservice"
)

// service is the name under which all items are kept.
const service = "apitok"

// A keyring is go-keyring with a deadline, without its habit of starting daemons,
// and with errors that say what to do.
type keyring struct {
	patience time.Duration
	// waiting is called when the keyring takes long and a person may have to
	// unlock it; it may be nil.
	waiting func()
	// silent is when it last let a call wait for nothing.
	silent atomic.Pointer[time.Time]
}

// slow is when a keyring that works would have answered, quickPatience when one that a
// person does not have to unlock first.
const (
	slow          = time.Second
	quickPatience = 400 * time.Millisecond
)

// get reads what there is to be read at once, and asks go-keyring for all else: it
// knows how to have the keyring unlocked, and what the failures are called. A keyring
// that is only busy, with hundreds of processes that want the same, is not asked again:
// go-keyring asks for three times as much.
func (k *keyring) get(ctx context.Context, key string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, k.patience)
	defer cancel()
	patience := k.patience
	if k.waiting != nil {
		patience = quickPatience
	}
	text, err := k.await(ctx, func() (string, error) { return quick(key, patience) })
	if !errors.Is(err, secretservice.ErrNoAnswer) {
		return text, err
	}
	return k.do(ctx, func() (string, error) { return gokeyring.Get(service, key) })
}

func (k *keyring) set(ctx context.Context, key, text string, _ time.Time) error {
	_, err := k.do(ctx, func() (string, error) { return "", gokeyring.Set(service, key, text) })
	return err
}

func (k *keyring) remove(ctx context.Context, key string) error {
	_, err := k.do(ctx, func() (string, error) { return "", gokeyring.Delete(service, key) })
	return err
}

func (k *keyring) ready(ctx context.Context) error {
	_, err := k.get(ctx, "ready")
	if apitok.NotFound.Is(err) {
		return nil
	}
	return err
}

// do runs one call where there is a keyring.
func (k *keyring) do(ctx context.Context, call func() (string, error)) (string, error) {
	if err := reachable(); err != nil {
		return "", err
	}
	return k.await(ctx, call)
}

// await waits for a call. go-keyring takes no context and waits for ever on a prompt
// that nobody answers, so a call that is out of time is left behind. A script does not
// wait once more where it has just waited: its command may have several calls to make.
func (k *keyring) await(ctx context.Context, call func() (string, error)) (string, error) {
	if last := k.silent.Load(); k.waiting == nil && last != nil && time.Since(*last) < k.patience {
		return "", k.noAnswer()
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
	var late <-chan time.Time
	if k.waiting != nil {
		late = time.After(slow)
	}
	for {
		select {
		case a := <-answers:
			return a.text, explain(a.err)
		case <-late:
			k.waiting()
		case <-ctx.Done():
			return "", k.unanswered(ctx)
		}
	}
}

func (k *keyring) unanswered(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return &apitok.Error{Kind: apitok.Interrupted, Message: "interrupted"}
	}
	now := time.Now()
	k.silent.Store(&now)
	return k.noAnswer()
}

func (k *keyring) noAnswer() error {
	return &apitok.Error{Kind: apitok.StoreFailed, Message: "the keyring did not answer within " + k.patience.String(),
		Hint: "it may be locked or hang: unlock it, or " + elsewhere}
}

// elsewhere says what to do where a place cannot be used.
const elsewhere = "choose another place with apitok store migrate --to file or apitok store migrate --to kernel, or use APITOK_CLIENT_ID and APITOK_CLIENT_SECRET_FILE"

// absent is the cause of the error of a machine without a keyring.
type absent struct{ text string }

func (a absent) Error() string { return a.text }

func isAbsent(err error) bool { return errors.As(err, new(absent)) }

var errGone = &apitok.Error{Kind: apitok.StoreFailed, Message: "the keyring went away in the middle of an answer, or answered nonsense", Hint: "try again"}

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
	case errors.Is(err, gokeyring.ErrNotFound), errors.Is(err, secretservice.ErrNotFound):
		return Keyring.empty()
	case errors.Is(err, gokeyring.ErrSetDataTooBig):
		failed.Message, failed.Cause = "this is too long for the keyring of this system", nil
	case errors.Is(err, gokeyring.ErrUnsupportedPlatform):
		failed.Message, failed.Cause, failed.Hint = "there is no keyring", absent{"apitok knows none of this system"}, elsewhere
	case strings.Contains(text, "failed to unlock") && strings.Contains(text, "/aliases/default"):
		failed.Message, failed.Cause = "the keyring has no default collection, or it is locked", nil
		failed.Hint = "make one or unlock it, as signing in to a desktop does, or " + elsewhere
	case strings.Contains(text, "failed to unlock"), strings.Contains(text, "IsLocked"):
		failed.Message, failed.Hint = "the keyring is locked", "unlock it, or "+elsewhere
	case strings.Contains(text, "not provided by any .service"), strings.Contains(text, "no such file"), strings.Contains(text, "connection refused"):
		failed.Message, failed.Cause, failed.Hint = "no keyring answers", absent{text}, "start a Secret Service such as gnome-keyring, or "+elsewhere
	}
	return failed
}
