package atomicfile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"
)

// Lock waits until no other process holds the lock on file, which is made where
// it is missing, or until ctx ends. The end of the process frees a lock too, so
// unlock has nothing to report.
func Lock(ctx context.Context, file string) (unlock func(), err error) {
	return bounded(ctx, file, func(lock *flock.Flock) (bool, error) { return true, lock.Lock() })
}

// TryLock is Lock for those who do not wait: unlock is nil when another process
// holds the lock. ctx bounds it all the same, since a file system can hang.
func TryLock(ctx context.Context, file string) (unlock func(), err error) {
	return bounded(ctx, file, (*flock.Flock).TryLock)
}

// Share waits like Lock, but for a lock that any number may hold as long as nobody
// has Lock's: all who wait for the end of that one wake together.
func Share(ctx context.Context, file string) (unlock func(), err error) {
	return bounded(ctx, file, func(lock *flock.Flock) (bool, error) { return true, lock.RLock() })
}

// A taken lock is what bounded hears from the goroutine that asks for it.
type taken struct {
	unlock func()
	err    error
}

// bounded opens and locks a file in a goroutine of its own: neither call can be told
// to stop, and a network path may let both wait for ever. What comes too late is
// given back at once.
func bounded(ctx context.Context, file string, take func(*flock.Flock) (bool, error)) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	done := make(chan taken)
	go func() {
		var t taken
		t.unlock, t.err = lock(file, take)
		select {
		case done <- t:
		case <-ctx.Done():
			if t.unlock != nil {
				t.unlock()
			}
		}
	}()
	select {
	case t := <-done:
		return t.unlock, t.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lock repeats a call that a signal broke off.
func lock(file string, take func(*flock.Flock) (bool, error)) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil { //nolint:gosec // the caller names the file
		return nil, err
	}
	lock := flock.New(file, flock.SetPermissions(0o600))
	held, err := take(lock)
	for errors.Is(err, syscall.EINTR) {
		held, err = take(lock)
	}
	if err != nil || !held {
		return nil, err
	}
	return func() { lock.Unlock() }, nil //nolint:errcheck // see Lock
}
