package atomicfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"
	"time"
)

// Locks is a folder of locks that go by names, each a file of its own.
type Locks struct {
	// Dir is the folder, which is made when it is needed; "" has no locks.
	Dir string
}

var errNoFolder = errors.New("there is no folder for locks")

// Lock is [Lock] on the lock called name.
func (l Locks) Lock(ctx context.Context, name string) (unlock func(), err error) {
	if l.Dir == "" {
		return nil, errNoFolder
	}
	return Lock(ctx, l.File(name))
}

// LockWithin is [LockWithin] on the lock called name.
func (l Locks) LockWithin(ctx context.Context, name string, patience time.Duration) (unlock func(), err error) {
	if l.Dir == "" {
		return nil, errNoFolder
	}
	return LockWithin(ctx, l.File(name), patience)
}

// TryLock is [TryLock] on the lock called name.
func (l Locks) TryLock(ctx context.Context, name string) (unlock func(), err error) {
	if l.Dir == "" {
		return nil, errNoFolder
	}
	return TryLock(ctx, l.File(name))
}

// Share is [Share] on the lock called name.
func (l Locks) Share(ctx context.Context, name string) (unlock func(), err error) {
	if l.Dir == "" {
		return nil, errNoFolder
	}
	return Share(ctx, l.File(name))
}

// File is the file of the lock called name: short and plain whatever that is.
func (l Locks) File(name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(l.Dir, hex.EncodeToString(sum[:8]))
}
