//go:build unix

package cli_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// tellSignals is a program that says which signals it gets. It ends with 7 at SIGTERM.
func tellSignals() int {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH)
	fmt.Println("ready", os.Getpid())
	for s := range signals {
		fmt.Println("got", s)
		if s == syscall.SIGTERM {
			break
		}
	}
	return 7
}

// withToken is a workshop that has a credential, alice/ci.
func withToken(t *testing.T) *workshop {
	w := newWorkshop(t)
	w.must(0, "create", "alice/ci", "--audience", "orders-api")
	return w
}

// TestExecReplaces: without a token file nothing of apitok is left; the program is the
// process that was started.
func TestExecReplaces(t *testing.T) {
	w := withToken(t)
	cmd := w.command("exec", "alice/ci", "--", "tell-signals")
	out := w.starts(cmd)
	if got, want := w.line(out), fmt.Sprint("ready ", cmd.Process.Pid); got != want {
		t.Errorf("the program says %q, not %q", got, want)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	w.ends(cmd, 7)
}

// TestExecHandsOnSignals: the program beside apitok gets each signal that apitok gets,
// once, and apitok ends after it.
func TestExecHandsOnSignals(t *testing.T) {
	w := withToken(t)
	file := filepath.Join(t.TempDir(), "token")
	cmd := w.command("exec", "alice/ci", "--token-file", file, "--", "tell-signals")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal
	out := w.starts(cmd)
	if got := w.line(out); got == fmt.Sprint("ready ", cmd.Process.Pid) {
		t.Error("the program is in the place of apitok")
	}
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGUSR1,
		syscall.SIGUSR2, syscall.SIGWINCH, syscall.SIGTERM} {
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		if got, want := w.line(out), "got "+s.String(); got != want {
			t.Errorf("the program says %q, not %q", got, want)
		}
	}
	w.ends(cmd, 7)
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the token file: %v", err)
	}
}

// TestExecIgnoredSignals: what nohup has ignored is ignored by the program too, but not
// SIGPIPE, which apitok ignores for itself.
func TestExecIgnoredSignals(t *testing.T) {
	w := withToken(t)
	for _, options := range [][]string{nil, {"--token-file", filepath.Join(t.TempDir(), "token")}} {
		run := append(append([]string{"-c", `trap "" HUP; exec "$@"`, "sh", "apitok", "exec", "alice/ci"}, options...),
			"--", "sh", "-c", `kill -HUP $$; echo still here; kill -PIPE $$; echo not here`)
		cmd := exec.Command("sh", run...)
		cmd.Env = w.env
		out, _ := cmd.Output() //nolint:errcheck // a signal ends it
		if got := string(out); got != "still here\n" {
			t.Errorf("%v: it says %q", options, got)
		}
	}
}

// TestExecRenews: the file gets a new token ahead of the end of the one before, also after
// a signal that the program did not end by; a server that is busy is told of and tried
// again, and the program goes on.
func TestExecRenews(t *testing.T) {
	w := withToken(t)
	w.must(0, "edit", "alice/ci", "--token-lifetime", "4s")
	file := filepath.Join(t.TempDir(), "token")
	cmd := w.command("exec", "alice/ci", "--force", "--token-file", file, "--", "tell-signals")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal
	out := w.starts(cmd)
	w.line(out)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if got := w.line(out); got != "got interrupt" {
		t.Errorf("the program says %q", got)
	}
	tokenIn := func() string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := tokenIn()
	eventually(t, "the token is renewed", func() bool { return tokenIn() != first })
	w.proxy.When(tokenRequests(), testkit.Answer(503, 0))
	line := w.line(bufio.NewReader(said))
	if !strings.HasPrefix(line, "the token is not renewed yet: ") {
		t.Errorf("it says %q", line)
	}
	second := tokenIn()
	w.proxy.Reset()
	eventually(t, "the token is renewed again", func() bool { return tokenIn() != second })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := w.line(out); got != "got terminated" {
		t.Errorf("the program says %q", got)
	}
	w.ends(cmd, 7)
}
