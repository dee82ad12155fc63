//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/internal/testkit/reaper"
)

// TestMain lets this binary be testbed itself, which starts itself again as the reaper.
func TestMain(m *testing.M) {
	if os.Getenv("TESTBED_TEST") != "" || len(os.Args) > 1 && os.Args[1] == reaper.Argument {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// testbed is a run of it on a server that nobody asks whether it is there.
func testbed(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "TESTBED_TEST=1", "APITOK_TEST_KEYCLOAK=http://server.invalid",
		"APITOK_TEST_ADMIN=root", "APITOK_TEST_ADMIN_PASSWORD=", "DBUS_SESSION_BUS_ADDRESS=of-the-caller")
	return cmd
}

func TestExitCode(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
		want int
	}{
		{"success", []string{"true"}, 0},
		{"failure", []string{"sh", "-c", "exit 7"}, 7},
		{"signal", []string{"sh", "-c", "kill -TERM $$"}, 128 + 15},
		{"no such command", []string{"/no/such/command"}, 127},
		{"no command", nil, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cmd := testbed(tc.args...)
			var exit *exec.ExitError
			if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != tc.want {
				t.Errorf("exit code %d, want %d", got, tc.want)
			}
		})
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("HOME", "/the/callers/home")
	out, err := testbed("sh", "-c", `echo "$HOME $APITOK_TEST_KEYCLOAK $APITOK_TEST_ADMIN $APITOK_TEST_ADMIN_PASSWORD"; echo "$DBUS_SESSION_BUS_ADDRESS"`).Output()
	if err != nil {
		t.Fatal(err)
	}
	first, bus, _ := strings.Cut(string(out), "\n")
	if diff := cmp.Diff("/the/callers/home http://server.invalid root admin", first); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(bus, "unix:path="+filepath.Clean(os.TempDir())+"/apitok-bus-") {
		t.Errorf("bus %q", bus)
	}
}

// TestSignal sends one to testbed and expects the command to get it, and to have the last word.
func TestSignal(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			cmd := testbed("sh", "-c", `trap 'exit 9' INT TERM HUP; echo ready; while :; do sleep 0.01; done`)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 9 {
				t.Errorf("%v, want exit code 9; stderr: %s", err, &stderr)
			}
		})
	}
}

func TestComplaint(t *testing.T) {
	got := complaint([]part{{name: "Java 17 or later"}, {name: "Maven"}}).Error()
	if want := "please install Java 17 or later, Maven, and see that it is in PATH"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
