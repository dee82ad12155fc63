package keystore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// An index is a file with the names of the items in the keyring. Processes take
// turns at changing it by a lock on a file beside it.
type index struct{ dir string }

func (x index) file() string { return filepath.Join(x.dir, "index.json") }

func (x index) read() ([]apitok.Item, error) {
	if x.dir == "" {
		return nil, nil
	}
	if err := atomicfile.Trust(x.file()); err != nil {
		return nil, &apitok.Error{Kind: apitok.StoreFailed, Message: "the index of the keyring is not safe to use", Cause: err,
			Hint: "let nobody else write to it: chmod go-w"}
	}
	b, err := os.ReadFile(x.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, broken("reading the index of the keyring failed", err)
	}
	var items []apitok.Item
	if err := json.Unmarshal(b, &items); err != nil {
		return nil, &apitok.Error{Kind: apitok.StoreFailed, Message: "the index of the keyring, " + x.file() + ", cannot be read", Cause: err,
			Hint: "move it away: the keyring keeps what it holds, which only lists and clean-up will not know of"}
	}
	return items, nil
}

// add names an item; added is false when it was there.
func (x index) add(ctx context.Context, item apitok.Item) (added bool, err error) {
	items, err := x.read()
	if err != nil || position(items, item) >= 0 {
		return false, err
	}
	return true, x.change(ctx, func(items []apitok.Item) []apitok.Item {
		if position(items, item) >= 0 {
			return items
		}
		return append(items, item)
	})
}

func (x index) remove(ctx context.Context, item apitok.Item) error {
	items, err := x.read()
	if err != nil || position(items, item) < 0 {
		return err
	}
	return x.change(ctx, func(items []apitok.Item) []apitok.Item {
		return slices.DeleteFunc(items, func(i apitok.Item) bool { return i.Key() == item.Key() })
	})
}

func position(items []apitok.Item, item apitok.Item) int {
	key := item.Key()
	return slices.IndexFunc(items, func(i apitok.Item) bool { return i.Key() == key })
}

func (x index) change(ctx context.Context, edit func([]apitok.Item) []apitok.Item) error {
	if x.dir == "" {
		return &apitok.Error{Kind: apitok.StoreFailed, Message: "this machine has no home folder to keep the index of the keyring in", Hint: withoutKeyring}
	}
	unlock, err := atomicfile.Lock(ctx, filepath.Join(x.dir, "index.lock"))
	if err != nil {
		return broken("locking the index of the keyring failed", err)
	}
	defer unlock()
	items, err := x.read()
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(edit(items), "", "  ")
	if err == nil {
		err = atomicfile.Write(x.file(), append(b, '\n'))
	}
	if err != nil {
		return broken("writing the index of the keyring failed", err)
	}
	return nil
}

// Exclusive implements [apitok.Store]. Where no lock can be had, on a machine
// without a home folder or on a file system that has none, it runs do all the
// same: the server refuses a second client of the same name.
func (s *Store) Exclusive(ctx context.Context, item apitok.Item, do func() error) error {
	if s.index.dir == "" {
		return do()
	}
	sum := sha256.Sum256([]byte(item.Key()))
	unlock, err := atomicfile.Lock(ctx, filepath.Join(s.index.dir, "locks", hex.EncodeToString(sum[:8])))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		defer unlock()
	}
	return do()
}

func broken(message string, err error) error {
	return &apitok.Error{Kind: apitok.StoreFailed, Message: message, Cause: err}
}
