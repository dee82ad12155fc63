package keystore

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// An index is a file with the names of the items in a place. Processes take turns
// at changing it by a lock on a file beside it.
type index struct {
	dir, name string
	// of names the place, for errors.
	of string
	// turn is how long it is waited for another process that changes it.
	turn time.Duration
}

// An entry names an item.
type entry struct {
	apitok.Item
	// Unsure tells that a write or a deletion is under way or was stopped, so that
	// the item may be there or not.
	Unsure bool `json:"unsure,omitempty"`
}

func (x index) file() string { return filepath.Join(x.dir, x.name) }

func (x index) read() ([]entry, error) {
	if x.dir == "" {
		return nil, nil
	}
	if err := atomicfile.Trust(x.file()); err != nil {
		return nil, &apitok.Error{Kind: apitok.StoreFailed, Message: "the index of " + x.of + " is not safe to use", Cause: err,
			Hint: "let nobody else write to it: chmod go-w"}
	}
	b, err := os.ReadFile(x.file()) //nolint:gosec // our own folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, broken("reading the index of "+x.of+" failed", err)
	}
	var entries []entry
	if err := json.Unmarshal(b, &entries); err != nil {
		return nil, &apitok.Error{Kind: apitok.StoreFailed, Message: "the index of " + x.of + ", " + x.file() + ", cannot be read", Cause: err,
			Hint: "move it away: " + x.of + " keeps what it holds, which only lists and clean-up will not know of"}
	}
	return entries, nil
}

// keeps tells whether an item must be there.
func (x index) keeps(item apitok.Item) (bool, error) {
	entries, err := x.read()
	at := position(entries, item)
	return at >= 0 && !entries[at].Unsure, err
}

// begin names an item that is about to be written; added is false when it was
// named before.
func (x index) begin(ctx context.Context, item apitok.Item) (added bool, err error) {
	entries, err := x.read()
	if err != nil || position(entries, item) >= 0 {
		return false, err
	}
	return true, x.set(ctx, entry{item, true})
}

// finish says that an item is there.
func (x index) finish(ctx context.Context, item apitok.Item) error {
	kept, err := x.keeps(item)
	if err != nil || kept {
		return err
	}
	return x.set(ctx, entry{item, false})
}

// doubt says that an item is about to be dropped; listed is false when it is not
// named.
func (x index) doubt(ctx context.Context, item apitok.Item) (listed bool, err error) {
	entries, err := x.read()
	if err != nil || position(entries, item) < 0 {
		return false, err
	}
	return true, x.set(ctx, entry{item, true})
}

func (x index) set(ctx context.Context, e entry) error {
	return x.change(ctx, func(entries []entry) []entry {
		if at := position(entries, e.Item); at >= 0 {
			entries[at] = e
			return entries
		}
		return append(entries, e)
	})
}

func (x index) remove(ctx context.Context, item apitok.Item) error {
	entries, err := x.read()
	if err != nil || position(entries, item) < 0 {
		return err
	}
	key := item.Key()
	return x.change(ctx, func(entries []entry) []entry {
		return slices.DeleteFunc(entries, func(e entry) bool { return e.Key() == key })
	})
}

func position(entries []entry, item apitok.Item) int {
	key := item.Key()
	return slices.IndexFunc(entries, func(e entry) bool { return e.Key() == key })
}

func (x index) change(ctx context.Context, edit func([]entry) []entry) error {
	if x.dir == "" {
		return x.homeless()
	}
	unlock, err := lock(ctx, filepath.Join(x.dir, "index.lock"), x.turn, "the index of "+x.of)
	if err != nil {
		return err
	}
	defer unlock()
	entries, err := x.read()
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(append([]entry{}, edit(entries)...), "", "  ")
	if err == nil {
		err = atomicfile.Write(x.file(), append(b, '\n'))
	}
	if err != nil {
		return broken("writing the index of "+x.of+" failed", err)
	}
	return nil
}

func (x index) homeless() error {
	return &apitok.Error{Kind: apitok.StoreFailed, Message: "this machine has no home folder to keep the index of " + x.of + " in", Hint: elsewhere}
}

// lock locks a file of what, as [atomicfile.LockWithin] does.
func lock(ctx context.Context, file string, turn time.Duration, what string) (unlock func(), err error) {
	unlock, err = atomicfile.LockWithin(ctx, file, turn)
	if busy := new(atomicfile.BusyError); errors.As(err, &busy) {
		return nil, inUse(busy)
	}
	if err != nil {
		return nil, broken("locking "+what+" failed", err)
	}
	return unlock, nil
}

func inUse(busy *atomicfile.BusyError) error {
	return &apitok.Error{Kind: apitok.StoreFailed, Message: busy.Error(), Hint: "wait for it; if it hangs, fuser or lsof tell which process it is, to be ended"}
}

func broken(message string, err error) error {
	return &apitok.Error{Kind: apitok.StoreFailed, Message: message, Cause: err}
}
