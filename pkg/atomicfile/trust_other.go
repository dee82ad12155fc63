//go:build !unix

package atomicfile

// Trust is for systems where a file's mode says who can write to it.
func Trust(string) error { return nil }
