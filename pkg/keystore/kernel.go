package keystore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"syscall"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/kernelkeys"
)

// kernelLimit leaves room for other things: all that a user who is not root has
// there may be 20,000 bytes (keyrings(7), maxbytes).
const kernelLimit = 8 << 10

// kernel is the user's keyring in the kernel of Linux.
type kernel struct{}

func (kernel) get(_ context.Context, key string) (string, error) {
	value, err := kernelkeys.Read(key)
	return string(value), kernelError(err)
}

// set gives what ends a time-out, so that the kernel drops it.
func (kernel) set(_ context.Context, key, text string, ends time.Time) error {
	seconds := uint32(0)
	if !ends.IsZero() {
		seconds = uint32(min(max(time.Until(ends)/time.Second, 1), math.MaxUint32))
	}
	return kernelError(kernelkeys.Add(key, []byte(text), seconds))
}

func (kernel) remove(_ context.Context, key string) error {
	return kernelError(kernelkeys.Remove(key))
}

func (k kernel) ready(ctx context.Context) error {
	_, err := k.get(ctx, "ready")
	if apitok.NotFound.Is(err) {
		return nil
	}
	return err
}

func digest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func kernelError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, kernelkeys.ErrNotFound):
		return Kernel.empty()
	case errors.Is(err, syscall.EDQUOT):
		return &apitok.Error{Kind: apitok.StoreFailed, Message: "the kernel's keyring is full: your share of it is used up",
			Hint: "root can raise kernel.keys.maxbytes with sysctl; or choose another place with apitok store migrate"}
	case errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.EPERM):
		return &apitok.Error{Kind: apitok.StoreFailed, Message: "the kernel keeps no keys here, as in most containers", Cause: err, Hint: elsewhere}
	}
	return &apitok.Error{Kind: apitok.StoreFailed, Message: "the kernel's keyring failed", Cause: err}
}
