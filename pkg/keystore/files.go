package keystore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/apitok/apitok/pkg/atomicfile"
)

// files is a folder with a file for each item, named by the digest of its key and
// open to nobody but its owner.
type files struct {
	of     Kind
	dir    string // "" on a machine without a place for it
	suffix string
	seal   sealer
}

// A sealer makes the content of a file of a text, and the text of it again.
type sealer interface {
	seal(ctx context.Context, text string) ([]byte, error)
	open(ctx context.Context, content []byte) (string, error)
	// ready finds out whether files can be opened.
	ready(ctx context.Context) error
}

func (f files) path(key string) string { return filepath.Join(f.dir, digest(key)+f.suffix) }

func (f files) get(ctx context.Context, key string) (string, error) {
	if f.dir == "" {
		return "", f.of.empty()
	}
	content, err := os.ReadFile(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return "", f.of.empty()
	}
	if err != nil {
		return "", broken("reading a file of "+f.of.label()+" failed", err)
	}
	return f.seal.open(ctx, content)
}

func (f files) set(ctx context.Context, key, text string, _ time.Time) error {
	content, err := f.seal.seal(ctx, text)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(f.path(key), content); err != nil {
		return broken("writing to "+f.of.label()+" failed", err)
	}
	return nil
}

func (f files) remove(_ context.Context, key string) error {
	err := os.Remove(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return f.of.empty()
	}
	if err != nil {
		return broken("removing a file of "+f.of.label()+" failed", err)
	}
	return nil
}

func (f files) ready(ctx context.Context) error {
	if f.dir == "" {
		return index{of: f.of.label()}.homeless()
	}
	return f.seal.ready(ctx)
}

// plain seals nothing.
type plain struct{}

func (plain) seal(_ context.Context, text string) ([]byte, error) { return []byte(text), nil }

func (plain) open(_ context.Context, content []byte) (string, error) { return string(content), nil }

func (plain) ready(context.Context) error { return nil }
