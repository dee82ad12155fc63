//go:build !linux

package main

// keepPrivate is for Linux, where a process can ask for it.
func keepPrivate() {}
