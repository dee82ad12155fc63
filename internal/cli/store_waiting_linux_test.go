package cli_test

import (
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/keystore"
)

// TestPersonIsWaitedFor: one who sits at a terminal has longer than a script to unlock
// the keyring, and is told that it is waited for.
func TestPersonIsWaitedFor(t *testing.T) {
	env, asked, end := testkit.UnansweredKeyring(t)
	w := newWorkshop(t).at(t, env...)
	tty := testkit.NewTTY(t, 24, 80)
	cmd := w.command("token", "alice/ci")
	cmd.Stdin, cmd.Stderr = tty.File, tty.File
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() //nolint:errcheck // its exit code is looked at
		close(ended)
	}()
	tty.Await("waiting for the keyring, which may be locked: unlock it")
	<-asked
	select {
	case <-ended:
		t.Error("it did not wait")
	case <-time.After(keystore.ScriptPatience):
	}
	end()
	<-ended
	if code := cmd.ProcessState.ExitCode(); code != 6 {
		t.Errorf("it ended with %d", code)
	}
}
