package keystore

import (
	"context"
	"errors"
	"testing"

	"github.com/apitok/apitok/pkg/apitok"
)

// A lateEnd is a context that ends at the worst moment: it lets so many look, and then
// has ended.
type lateEnd struct {
	context.Context //nolint:containedctx // it is one
	looks           int
}

func (l *lateEnd) Err() error {
	if l.looks--; l.looks < 0 {
		return context.Canceled
	}
	return nil
}

// TestTurnsGivenBack: who is stopped just when it gets a lock lets go of it. A program
// that lives on would keep all others waiting.
func TestTurnsGivenBack(t *testing.T) {
	s := open(t, t.TempDir(), Plaintext)
	item := secretOf("a")
	run := func() error { t.Error("it ran all the same"); return nil }
	if err := s.Exclusive(&lateEnd{t.Context(), 0}, item, run); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := s.secrets.inTurn(&lateEnd{t.Context(), 0}, item, run); !apitok.Interrupted.Is(err) {
		t.Error(err)
	}
	for _, name := range []string{item.Key(), string(Plaintext) + " " + item.Key()} {
		if unlock, err := s.options.locks().TryLock(t.Context(), name); unlock == nil || err != nil {
			t.Errorf("%s is still locked, %v", name, err)
		}
	}
}
