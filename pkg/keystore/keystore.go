// Package keystore implements [apitok.Store] on the places that a machine has for
// secrets: the keyring of the operating system, the kernel of Linux, sealed files,
// plain files, or none. It is the only importer of go-keyring and of age.
//
// No place can list what it holds, so an index file for each names every item. It
// holds names only, an item is named there before it is written, and one that is
// named and not there was lost, which is an error.
package keystore

import (
	"context"
	"errors"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// Patience is how long a place may take to answer.
const (
	// ScriptPatience is enough for a keyring that works; a script must not hang
	// on one that does not, and hears so within 3 s of its start.
	ScriptPatience = 2 * time.Second
	// PersonPatience lets a person type the password that unlocks it.
	PersonPatience = 2 * time.Minute
)

// A Store keeps secrets in one place and cached tokens in the same or another.
type Store struct {
	options Options
	secrets *shelf
	// tokens is nil where tokens are not cached.
	tokens *shelf
}

var _ apitok.Store = (*Store)(nil)

// Open makes a Store. It looks at no place before one is needed. Usage when there
// is no such kind.
func Open(o Options) (*Store, error) {
	secrets, err := o.shelf(o.store())
	if err != nil {
		return nil, err
	}
	s := &Store{options: o, secrets: secrets, tokens: secrets}
	if o.cache() != o.store() {
		if s.tokens, err = o.shelf(o.cache()); err != nil {
			return nil, err
		}
	}
	if !s.tokens.kind.keeps() {
		s.tokens = nil
	}
	return s, nil
}

// Name implements [apitok.Store].
func (s *Store) Name() string { return s.secrets.kind.label() }

// Get implements [apitok.Store].
func (s *Store) Get(ctx context.Context, item apitok.Item) (apitok.Secret, error) {
	if item.Kind != apitok.TokenItem {
		return s.secrets.get(ctx, item)
	}
	if s.tokens == nil {
		return apitok.Secret{}, s.secrets.kind.empty()
	}
	secret, err := s.tokens.get(ctx, item)
	if s.options.cache() == Auto && isAbsent(err) {
		return apitok.Secret{}, s.tokens.kind.empty()
	}
	return secret, err
}

// Put implements [apitok.Store].
func (s *Store) Put(ctx context.Context, item apitok.Item, secret apitok.Secret, ends time.Time) error {
	if item.Kind == apitok.TokenItem {
		return s.putToken(ctx, item, secret, ends)
	}
	if err := s.secrets.put(ctx, item, secret, ends); err != nil {
		return err
	}
	s.options.warn(s.secrets, item)
	if s.options.store() == Auto {
		s.options.Chosen(ctx, s.secrets.kind)
	}
	return nil
}

// putToken drops a token where none are to be cached.
func (s *Store) putToken(ctx context.Context, item apitok.Item, secret apitok.Secret, ends time.Time) error {
	if s.tokens == nil || s.options.cache() == Auto && isAbsent(s.tokens.place.ready(ctx)) {
		return nil
	}
	if err := s.tokens.put(ctx, item, secret, ends); err != nil {
		return err
	}
	s.options.warn(s.tokens, item)
	return nil
}

// warn says each time that something was written in plain text.
func (o Options) warn(to *shelf, item apitok.Item) {
	if to.kind == Plaintext {
		o.Note("warning: " + nameOf(item) + " is written in plain text, as the store " + string(Plaintext) + " does")
	}
}

// Delete implements [apitok.Store].
func (s *Store) Delete(ctx context.Context, item apitok.Item) error {
	if item.Kind != apitok.TokenItem {
		return s.secrets.remove(ctx, item)
	}
	if s.tokens == nil {
		return s.secrets.kind.empty()
	}
	return s.tokens.remove(ctx, item)
}

// Items implements [apitok.Store].
func (s *Store) Items(context.Context) ([]apitok.Item, error) {
	items, err := s.secrets.items(false)
	if err != nil || s.tokens == nil {
		return items, err
	}
	tokens, err := s.tokens.items(true)
	return append(items, tokens...), err
}

// Probe implements [apitok.Store]. It is about secrets.
func (s *Store) Probe(ctx context.Context) error { return s.secrets.probe(ctx) }

// Exclusive implements [apitok.Store]. Where no lock can be had, on a machine
// without a home folder or on a file system that has none, it runs do all the
// same: the server refuses a second client of the same name.
func (s *Store) Exclusive(ctx context.Context, item apitok.Item, do func() error) error {
	unlock, err := s.options.locks().LockWithin(ctx, item.Key(), s.options.turn())
	if err == nil {
		defer unlock()
	}
	busy := new(atomicfile.BusyError)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &busy):
		return inUse(busy)
	}
	return do()
}
