//go:build !linux

package hot

// KeepPrivate is for Linux, where a process can ask for it.
func KeepPrivate() {}
