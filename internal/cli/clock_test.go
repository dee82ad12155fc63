package cli_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/cli"
)

// TestClockSetBack: a token that was kept when the clock was a year ahead does not seem to be good for a year.
func TestClockSetBack(t *testing.T) {
	w := newWorkshop(t)
	// The first of the two runs in this process, so both use its keyring.
	const bus = "DBUS_SESSION_BUS_ADDRESS"
	w = w.at(t, bus+"="+os.Getenv(bus))
	w.must(0, "create", "alice/ci", "--no-roles")
	var ahead, said bytes.Buffer
	system := cli.System{
		Stdin: strings.NewReader(""), Stdout: &ahead, Stderr: &said, Getenv: w.getenv,
		Now: func() time.Time { return time.Now().AddDate(1, 0, 0) },
	}
	if code := cli.Run(t.Context(), system, []string{"token", "alice/ci"}); code != 0 {
		t.Fatalf("ended with %d: %s", code, &said)
	}
	if n := len(w.calls("token", "alice/ci")); n != 1 {
		t.Errorf("it sent %d requests, not 1", n)
	}
}
