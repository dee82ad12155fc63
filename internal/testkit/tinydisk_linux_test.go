package testkit

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestTinyDisk(t *testing.T) {
	dir := TinyDisk(t)
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sub", "file"), []byte("x"), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("writing a byte: %v", err)
	}
}
