//go:build unix

package reaper_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
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

// victim starts a shell that starts a grandchild, says both their ids, and waits for its own end.
func victim(dir string) {
	r, err := reaper.Start()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command("sh", "-c", "sleep 1000 & echo $$ $!; wait")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout = os.Stdout
	if err := errors.Join(cmd.Start(), r.Dir(dir), r.Group(cmd.Process.Pid)); err != nil {
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
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
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
			for _, pid := range strings.Fields(line) {
				gone(t, pid)
			}
			state, err := cmd.Process.Wait()
			if err != nil || state.Success() != (how == "close") {
				t.Errorf("%v %v", state, err)
			}
			removed(t, dir)
		})
	}
}

func gone(t *testing.T, pid string) {
	t.Helper()
	id, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "process "+pid+" is there", func() bool { return errors.Is(syscall.Kill(id, 0), syscall.ESRCH) })
}

func removed(t *testing.T, dir string) {
	t.Helper()
	until(t, dir+" is there", func() bool { _, err := os.Stat(dir); return errors.Is(err, os.ErrNotExist) })
}

func until(t *testing.T, complaint string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Error(complaint)
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
