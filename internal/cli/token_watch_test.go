package cli_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// TestTokenWatch: each new token is a line; a busy server is told of and tried again; a
// refused secret ends it.
func TestTokenWatch(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "alice/ci", "--token-lifetime", "4s")
	cmd := w.command("token", "alice/ci", "--watch", "-o", "json")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	errors := bufio.NewReader(said)
	out := w.starts(cmd)
	first, second := w.line(out), w.line(out)
	if first == second || !strings.HasPrefix(first, `{"access_token":"eyJ`) || !strings.HasPrefix(second, `{"access_token":"eyJ`) {
		t.Errorf("it prints %d and %d bytes", len(first), len(second))
	}
	w.proxy.When(tokenRequests(), testkit.Answer(503, 0))
	// Before that it may say that the token at hand still holds.
	for line := ""; !strings.HasPrefix(line, "no new token yet: "); {
		line = w.line(errors)
	}
	w.proxy.Reset()
	if third := w.line(out); third == second {
		t.Error("it prints the same token again")
	}
	w.realm.Must(t, "POST", "/clients/"+w.realm.Client(t, "apitok.alice.ci")["id"].(string)+"/client-secret", nil, nil)
	for line := ""; !strings.HasPrefix(line, "error: the server refused the secret of apitok.alice.ci"); {
		line = w.line(errors)
	}
	w.ends(cmd, 4)
}

// TestTokenWatchInterrupted: it goes on until it is told to stop.
func TestTokenWatchInterrupted(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "alice/ci")
	cmd := w.command("token", "alice/ci", "--watch", "-o", "header")
	out := w.starts(cmd)
	if line := w.line(out); !strings.HasPrefix(line, "Authorization: Bearer eyJ") {
		t.Errorf("it prints %q", line)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	w.ends(cmd, 130)
	w.must(2, "token", "alice/ci", "--watch", "-o", "kubectl")
	w.must(3, "token", "alice/unknown", "--watch")
}

// starts starts a command and returns its stdout, line by line.
func (w *workshop) starts(cmd *exec.Cmd) *bufio.Reader {
	w.t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = cmd.Process.Kill() }) // it may have ended
	return bufio.NewReader(out)
}

func (w *workshop) line(out *bufio.Reader) string {
	w.t.Helper()
	line, err := out.ReadString('\n')
	if err != nil {
		w.t.Fatalf("after %q: %v", line, err)
	}
	return strings.TrimSuffix(line, "\n")
}

// ends waits for a command and demands its exit code.
func (w *workshop) ends(cmd *exec.Cmd, want int) {
	w.t.Helper()
	_ = cmd.Wait() //nolint:errcheck // its exit code is looked at
	if got := cmd.ProcessState.ExitCode(); got != want {
		w.t.Errorf("it ended with %d, not %d: %v", got, want, cmd.ProcessState)
	}
}
