package keystore

import (
	"strings"
	"syscall"
	"testing"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/kernelkeys"
)

func TestKernelErrors(t *testing.T) {
	for err, want := range map[error]string{
		syscall.EDQUOT: "the kernel's keyring is full", syscall.ENOSYS: "the kernel keeps no keys here", syscall.EPERM: "the kernel keeps no keys here",
		syscall.EACCES: "the kernel's keyring failed",
	} {
		if got := kernelError(err); !apitok.StoreFailed.Is(got) || !strings.HasPrefix(got.Error(), want) {
			t.Errorf("%v: %v", err, got)
		}
	}
	if got := kernelError(kernelkeys.ErrNotFound); !apitok.NotFound.Is(got) {
		t.Error(got)
	}
	if got := kernelError(nil); got != nil {
		t.Error(got)
	}
}
