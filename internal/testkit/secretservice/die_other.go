//go:build !linux

package secretservice

import "syscall"

func dieWithParent() *syscall.SysProcAttr { return nil }
