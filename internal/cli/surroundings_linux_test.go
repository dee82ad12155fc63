package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestSignalEndsAReading: one signal is enough to end a command that waits for a secret from a pipe.
func TestSignalEndsAReading(t *testing.T) {
	w := newWorkshop(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := w.command("import", "alice/ci", "--secret-file", pipe)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// It opens when the other side does.
	writer, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() }) // it may have ended
	_ = cmd.Wait()                                                            //nolint:errcheck // its exit code is looked at
	late.Stop()
	if code := cmd.ProcessState.ExitCode(); code != 130 || said.String() != "error: interrupted\n" {
		t.Errorf("ended with %d and said %s", code, &said)
	}
}
