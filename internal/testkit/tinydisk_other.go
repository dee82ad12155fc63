//go:build !linux

package testkit

import "testing"

// TinyDisk is an empty directory on a file system that is full; only Linux can make one on the spot.
func TinyDisk(t testing.TB) (dir string) {
	t.Helper()
	t.Skip("only Linux mounts a full disk on the spot")
	return ""
}
