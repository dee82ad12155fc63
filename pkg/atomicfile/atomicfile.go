// Package atomicfile writes small private files so that a reader sees the old
// content or the new and nothing between, and lets processes take turns.
package atomicfile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// poll is how often a lock that another process holds is tried again.
const poll = 20 * time.Millisecond

// Write replaces the content of file. File and folder are made where they are
// missing, open to nobody but their owner. A failure leaves the old content.
func Write(file string, content []byte) error {
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(folder, ".new-*") // 0600 by its own contract
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// Lock waits until no other process holds the lock on file, which is made where
// it is missing, or until ctx ends. The end of the process frees a lock too, so
// unlock has nothing to report.
func Lock(ctx context.Context, file string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(file, flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, poll); err != nil {
		return nil, err
	}
	return func() { lock.Unlock() }, nil //nolint:errcheck // see above
}
