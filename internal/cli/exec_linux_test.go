package cli_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// TestExecAtTerminal: Ctrl-C reaches the program once, though apitok is there too, and
// apitok does not end before it.
func TestExecAtTerminal(t *testing.T) {
	w := withToken(t)
	tty := testkit.NewTTY(t, 24, 80)
	cmd := w.command("exec", "alice/ci", "--token-file", filepath.Join(t.TempDir(), "token"), "--", "tell-signals")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty.File, tty.File, tty.File
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	tty.Await("ready")
	for range 3 {
		tty.Type("\x03")
		if before := tty.Await("got interrupt"); strings.Contains(before, "got") {
			t.Errorf("it says %q", before)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if before := tty.Await("got terminated"); strings.Contains(before, "got") {
		t.Errorf("it says %q: a key was told twice", before)
	}
	w.ends(cmd, 7)
}
