package atomicfile

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain makes a process of its own of the test binary: one that holds the lock on
// the file in HOLD until its stdin ends, or until it is killed.
func TestMain(m *testing.M) {
	file := os.Getenv("HOLD")
	if file == "" {
		os.Exit(m.Run())
	}
	if _, err := Lock(context.Background(), file); err != nil {
		os.Exit(1)
	}
	os.Stdout.WriteString("held\n") //nolint:errcheck // who reads it finds out
	io.Copy(io.Discard, os.Stdin)   //nolint:errcheck // only its end counts
}

// holder starts a process that holds the lock on file; release lets it end, kill
// ends it with SIGKILL.
func holder(t *testing.T, file string) (release func() error, kill func() error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "HOLD="+file)
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
	if line, err := bufio.NewReader(out).ReadString('\n'); strings.TrimSpace(line) != "held" {
		t.Fatalf("the holder said %q, %v", line, err)
	}
	return in.Close, cmd.Process.Kill
}

func TestLocksExcludeOtherProcesses(t *testing.T) {
	for _, test := range []string{"released", "killed"} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "new", "lock")
			release, kill := holder(t, file)
			if unlock, err := TryLock(t.Context(), file); unlock != nil || err != nil {
				t.Fatalf("a held lock was had, or failed: %v", err)
			}
			short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if _, err := Lock(short, file); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("waiting for a held lock: %v", err)
			}
			if _, err := Share(short, file); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("sharing a held lock: %v", err)
			}
			end := release
			if test == "killed" {
				end = kill
			}
			sharers := make(chan func(), 3)
			for range cap(sharers) {
				go func() {
					unlock, err := Share(t.Context(), file)
					if err != nil {
						t.Error(err)
					}
					sharers <- unlock
				}()
			}
			if err := end(); err != nil {
				t.Fatal(err)
			}
			// None of them lets go before all have it.
			for _, unlock := range []func(){<-sharers, <-sharers, <-sharers} {
				unlock()
			}
			unlock, err := Lock(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := TryLock(t.Context(), file); again != nil || err != nil {
				t.Errorf("it was had twice, or failed: %v", err)
			}
			unlock()
			if unlock, err = Lock(t.Context(), file); err != nil {
				t.Fatalf("it cannot be had again: %v", err)
			}
			unlock()
		})
	}
}

// TestALockThatComesTooLateIsGivenBack: who gave up waiting does not hold it.
func TestALockThatComesTooLateIsGivenBack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	unlock, err := Lock(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() {
		_, err := Lock(ctx, file)
		gaveUp <- err
	}()
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("it was told to stop: %v", err)
	}
	unlock()
	// The one who gave up may have it for a moment.
	if unlock, err = Lock(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestLocksGoByName(t *testing.T) {
	locks := Locks{Dir: filepath.Join(t.TempDir(), "locks")}
	unlock, err := locks.TryLock(t.Context(), "a name/with anything\x00in it")
	if unlock == nil {
		t.Fatal(err)
	}
	defer unlock()
	if again, err := locks.TryLock(t.Context(), "a name/with anything\x00in it"); again != nil || err != nil {
		t.Errorf("the same name was had twice, or failed: %v", err)
	}
	other, err := locks.TryLock(t.Context(), "another")
	if other == nil {
		t.Fatalf("another name: %v", err)
	}
	other()
}

// TestWhereThereAreNoLocks: it is said at once, or when the time is up.
func TestWhereThereAreNoLocks(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, locks := range map[string]Locks{"no folder": {}, "a file for a folder": {Dir: file}} {
		if unlock, err := locks.TryLock(t.Context(), "x"); unlock != nil || err == nil {
			t.Errorf("%s: a lock was had", name)
		}
		if unlock, err := locks.Lock(t.Context(), "x"); unlock != nil || err == nil {
			t.Errorf("%s: a lock was waited for and had", name)
		}
		if unlock, err := locks.Share(t.Context(), "x"); unlock != nil || err == nil {
			t.Errorf("%s: a lock was shared", name)
		}
	}
}

func TestNobodyWaitsForEver(t *testing.T) {
	locks := Locks{Dir: t.TempDir()}
	release, _ := holder(t, locks.File("a"))
	_, err := locks.LockWithin(t.Context(), "a", 50*time.Millisecond)
	if busy := new(BusyError); !errors.As(err, &busy) || busy.File != locks.File("a") || !strings.Contains(err.Error(), busy.File+" for 50ms") {
		t.Errorf("a lock was had, or failed: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := locks.LockWithin(ctx, "a", time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("not interrupted: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	unlock, err := locks.LockWithin(t.Context(), "a", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}
