package keystore

import (
	"context"
	"errors"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// A place keeps texts under keys. Its errors are an [*apitok.Error] of kind
// StoreFailed, or NotFound where a method says so.
type place interface {
	// get returns the text that is kept under key; NotFound when none is.
	get(ctx context.Context, key string) (string, error)
	// set keeps text until ends, for ever if that is zero. Who reads at the same
	// time, or after a kill, finds the old text or the new.
	set(ctx context.Context, key, text string, ends time.Time) error
	// remove drops what is kept under key; NotFound when nothing is.
	remove(ctx context.Context, key string) error
	// ready finds out whether the place answers, and opens nothing.
	ready(ctx context.Context) error
}

// A shelf is a place with an index of what must be there.
type shelf struct {
	kind     Kind
	place    place
	index    index
	locks    atomicfile.Locks
	patience time.Duration
	// bare tells that tokens are kept as they are, since package hot reads them.
	bare bool
	// legacy tells that secrets may be there that were kept before they were bound
	// to their keys.
	legacy bool
}

func (s *shelf) get(ctx context.Context, item apitok.Item) (apitok.Secret, error) {
	kept, err := s.find(ctx, item)
	if err != nil {
		return apitok.Secret{}, err
	}
	if s.bare && item.Kind == apitok.TokenItem {
		return apitok.NewSecret(kept), nil
	}
	text, ok := unbind(item.Key(), kept)
	if !ok && s.legacy && !isBound(kept) {
		return apitok.NewSecret(kept), nil
	}
	if !ok {
		return apitok.Secret{}, &apitok.Error{Kind: apitok.StoreFailed, Message: s.kind.label() + " answers with something else than " + nameOf(item), Lost: true, Hint: again(item)}
	}
	return apitok.NewSecret(text), nil
}

// find looks again for what seems to be lost: another process may have put it there
// and into the index just after the first look.
func (s *shelf) find(ctx context.Context, item apitok.Item) (string, error) {
	const looks = 3
	for look := 1; ; look++ {
		kept, err := s.place.get(ctx, item.Key())
		if !apitok.NotFound.Is(err) {
			return kept, err
		}
		if err = s.missing(item); apitok.NotFound.Is(err) || look == looks {
			return "", err
		}
	}
}

// missing tells an item that was lost from one that never was. The kernel drops
// tokens when they end. A token that an unreadable index knows nothing of can be had
// anew.
func (s *shelf) missing(item apitok.Item) error {
	kept, err := s.index.keeps(item)
	if err != nil && item.Kind != apitok.TokenItem {
		return err
	}
	if !kept || s.kind == Kernel && item.Kind == apitok.TokenItem {
		return s.kind.empty()
	}
	lost := &apitok.Error{Kind: apitok.StoreFailed, Message: s.kind.label() + " lost " + nameOf(item), Lost: true, Hint: again(item)}
	if s.kind == Kernel {
		lost.Message += ": it keeps nothing when the machine is started anew"
	}
	return lost
}

// put reads back what it wrote: there are keyrings that take a text and drop it.
func (s *shelf) put(ctx context.Context, item apitok.Item, secret apitok.Secret, ends time.Time) error {
	if !s.kind.keeps() {
		return s.place.set(ctx, item.Key(), "", ends)
	}
	return s.inTurn(ctx, item, func() error {
		added, err := s.index.begin(ctx, item)
		if err != nil {
			return err
		}
		if err := s.write(ctx, item, secret, ends); err != nil {
			if added {
				return errors.Join(err, s.index.remove(ctx, item))
			}
			return err
		}
		return s.index.finish(ctx, item)
	})
}

func (s *shelf) write(ctx context.Context, item apitok.Item, secret apitok.Secret, ends time.Time) error {
	text := secret.Reveal()
	if !s.bare || item.Kind != apitok.TokenItem {
		text = bind(item.Key(), text)
	}
	if err := s.place.set(ctx, item.Key(), text, ends); err != nil {
		return err
	}
	back, err := s.place.get(ctx, item.Key())
	if err != nil && !apitok.NotFound.Is(err) {
		return err
	}
	if err != nil || back != text {
		return &apitok.Error{Kind: apitok.StoreFailed, Message: s.kind.label() + " did not keep what was written to it"}
	}
	return nil
}

// remove copes with an item that the place lost.
func (s *shelf) remove(ctx context.Context, item apitok.Item) error {
	return s.inTurn(ctx, item, func() error {
		listed, err := s.index.doubt(ctx, item)
		if err != nil {
			return err
		}
		err = s.place.remove(ctx, item.Key())
		if err != nil && (!listed || !apitok.NotFound.Is(err)) {
			return err
		}
		return s.index.remove(ctx, item)
	})
}

// items returns the names of tokens, or of all else.
func (s *shelf) items(tokens bool) ([]apitok.Item, error) {
	entries, err := s.index.read()
	items := make([]apitok.Item, 0, len(entries))
	for _, e := range entries {
		if (e.Kind == apitok.TokenItem) == tokens {
			items = append(items, e.Item)
		}
	}
	return items, err
}

// probe finds out whether the place and its index can be written. What a probe
// that was killed leaves, the next one drops: each state folder has one name for
// it, for there may be several folders to one keyring.
func (s *shelf) probe(ctx context.Context) error {
	item := apitok.Item{Kind: "probe", Client: digest(s.index.dir)}
	if !s.kind.keeps() {
		return s.place.set(ctx, item.Key(), "", time.Time{})
	}
	return s.inTurn(ctx, item, func() error {
		if err := s.index.change(ctx, func(entries []entry) []entry { return entries }); err != nil {
			return err
		}
		if err := s.write(ctx, item, apitok.NewSecret("probe"), time.Time{}); err != nil {
			return err
		}
		return s.place.remove(ctx, item.Key())
	})
}

// inTurn runs do while no other process writes or drops the same item. Whoever
// has the turn may be waiting for a person, which a script does not.
func (s *shelf) inTurn(ctx context.Context, item apitok.Item, do func() error) error {
	if s.index.dir == "" {
		return s.index.homeless()
	}
	bounded, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	unlock, err := s.locks.Lock(bounded, string(s.kind)+" "+item.Key())
	if err == nil {
		defer unlock()
	}
	switch {
	case ctx.Err() != nil:
		return &apitok.Error{Kind: apitok.Interrupted, Message: "interrupted"}
	case err != nil:
		return broken("waiting for a turn at "+s.kind.label()+" failed", err)
	}
	return do()
}
