package testkit

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Disk is a small file system of the test's own.
type Disk struct {
	// Dir is an empty directory on it.
	Dir string

	t    testing.TB
	root string
}

// NewDisk mounts one. Without the right to the test is skipped.
func NewDisk(t testing.TB) *Disk {
	t.Helper()
	root := t.TempDir()
	err := syscall.Mount("tmpfs", root, "tmpfs", 0, "size=64k,mode=0700")
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Skipf("mounting a disk: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(root, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	dir := filepath.Join(root, "dir")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return &Disk{Dir: dir, t: t, root: root}
}

// Fill leaves no room: names can be made, but nothing can be written.
func (d *Disk) Fill() {
	d.t.Helper()
	fill(d.t, filepath.Join(d.root, "ballast"))
}

// Freeze makes it read-only, for root too.
func (d *Disk) Freeze() {
	d.t.Helper()
	if err := syscall.Mount("", d.root, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		d.t.Fatal(err)
	}
}

// TinyDisk is an empty directory on a file system that is full.
// Without the right to mount one the test is skipped.
func TinyDisk(t testing.TB) (dir string) {
	t.Helper()
	d := NewDisk(t)
	d.Fill()
	return d.Dir
}

// fill writes a file until there is no room left.
func fill(t testing.TB, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
