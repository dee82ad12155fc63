// Package keystore implements [apitok.Store] on the operating system's keyring:
// the Secret Service on Linux, the Keychain on macOS, the Credential Manager on
// Windows. It is the only importer of go-keyring.
//
// The keyring cannot list what it holds, so an index file names every item. It
// holds names only, and an item is named there before it is written.
package keystore

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// Patience is how long a keyring may take to answer.
const (
	// ScriptPatience is enough for a keyring that works; a script must not hang
	// on one that does not.
	ScriptPatience = 3 * time.Second
	// PersonPatience lets a person type the password that unlocks it.
	PersonPatience = 2 * time.Minute
)

// A Store keeps secrets in the keyring.
type Store struct {
	ring  keyring
	index index
}

var _ apitok.Store = (*Store)(nil)

// New makes a Store whose index is in the folder dir, which is made when it is
// needed; "" is a machine without a place for it, on which nothing can be kept.
// A keyring that does not answer within patience is an error.
func New(dir string, patience time.Duration) *Store {
	return &Store{ring: keyring{patience}, index: index{dir}}
}

// Get implements [apitok.Store].
func (s *Store) Get(ctx context.Context, item apitok.Item) (apitok.Secret, error) {
	return s.ring.get(ctx, item.Key())
}

// Put implements [apitok.Store].
func (s *Store) Put(ctx context.Context, item apitok.Item, secret apitok.Secret) error {
	added, err := s.index.add(ctx, item)
	if err != nil {
		return err
	}
	if err := s.ring.set(ctx, item.Key(), secret); err != nil {
		if added {
			return errors.Join(err, s.index.remove(ctx, item))
		}
		return err
	}
	back, err := s.ring.get(ctx, item.Key())
	if err != nil {
		return err
	}
	if back != secret {
		return &apitok.Error{Kind: apitok.StoreFailed, Message: "the keyring did not keep what was written to it"}
	}
	return nil
}

// Delete implements [apitok.Store].
func (s *Store) Delete(ctx context.Context, item apitok.Item) error {
	err := s.ring.remove(ctx, item.Key())
	if err != nil && !apitok.NotFound.Is(err) {
		return err
	}
	if failed := s.index.remove(ctx, item); failed != nil {
		return failed
	}
	return err
}

// Items implements [apitok.Store].
func (s *Store) Items(context.Context) ([]apitok.Item, error) { return s.index.read() }

// Probe implements [apitok.Store].
func (s *Store) Probe(ctx context.Context) error {
	item := apitok.Item{Kind: "probe", Client: rand.Text()}
	if err := s.Put(ctx, item, apitok.NewSecret(rand.Text())); err != nil {
		return err
	}
	return s.Delete(ctx, item)
}
