//go:build unix

package secretservice

import "syscall"

// Suspend stops the service in its tracks: it keeps its name on the bus and answers nothing until it is killed.
func (k *Keyring) Suspend() error { return k.daemon.cmd.Process.Signal(syscall.SIGSTOP) }
