// Package atomicfile writes small private files so that a reader sees the old
// content or the new and nothing between, and lets processes take turns.
package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
)

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
