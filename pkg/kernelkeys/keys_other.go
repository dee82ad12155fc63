//go:build !linux

package kernelkeys

import "syscall"

// ErrNotFound tells that the kernel holds no such key.
const ErrNotFound = syscall.ENOENT

// Read is for Linux.
func Read(string) ([]byte, error) { return nil, syscall.ENOSYS }

// Add is for Linux.
func Add(string, []byte, uint32) error { return syscall.ENOSYS }

// Remove is for Linux.
func Remove(string) error { return syscall.ENOSYS }
