//go:build unix

package reaper_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit/reaper"
)

// TestMain lets this binary be the waiting process, as a program that uses the package must, and the one that is killed.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == reaper.Argument:
		if err := reaper.Run(os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	case os.Getenv("REAPER_TEST_DIR") != "":
		victim(os.Getenv("REAPER_TEST_DIR"))
	}
	os.Exit(m.Run())
}

// victim starts a shell that starts a grandchild, says so, and waits for its own end.
func victim(dir string) {
	r, err := reaper.Start()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command("sh", "-c", "sleep 1000 & echo started; wait")
	cmd.Stdout = os.Stdout
	if err := errors.Join(r.Dir(dir), r.Launch(cmd)); err != nil {
		panic(err)
	}
	go cmd.Wait() //nolint:errcheck // killed, as it should be
	// Its end is the word for an orderly way out; the one who is killed never sees it.
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		panic(err)
	}
	if err := r.Close(); err != nil {
		panic(err)
	}
	os.Exit(0)
}

// TestEnds has a process group with a grandchild outlive neither an orderly end nor a kill of the process that named it.
func TestEnds(t *testing.T) {
	for _, how := range []string{"kill", "close"} {
		t.Run(how, func(t *testing.T) {
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "REAPER_TEST_DIR="+dir)
			cmd.Stderr = os.Stderr
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(out)
			if _, err := lines.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			if how == "kill" {
				err = cmd.Process.Kill()
			} else {
				err = in.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			ended(t, lines)
			state, err := cmd.Process.Wait()
			if err != nil || state.Success() != (how == "close") {
				t.Errorf("%v %v", state, err)
			}
			removed(t, dir)
		})
	}
}

// ended returns when the last process that holds the other end of the pipe has: the shell's and the grandchild's stdout.
func ended(t *testing.T, out io.Reader) {
	t.Helper()
	eof := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, out)
		eof <- err
	}()
	select {
	case err := <-eof:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("there is still somebody there")
	}
}

func removed(t *testing.T, dir string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("%s is there", dir)
			return
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, line := range []string{"group 1", "group 0", "group -5", "group x"} {
		if err := reaper.Run(strings.NewReader(line + "\n")); err == nil {
			t.Errorf("%q was accepted", line)
		}
	}
}
