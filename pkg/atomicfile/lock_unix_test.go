//go:build unix

package atomicfile

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestAFileThatHangs: to open it takes for ever, as on a network path whose server is
// gone; here because it is a pipe that nobody writes to.
func TestAFileThatHangs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if unlock, err := TryLock(ctx, file); unlock != nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a lock was had, or failed: %v", err)
	}
}
