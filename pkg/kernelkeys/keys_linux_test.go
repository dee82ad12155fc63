package kernelkeys

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain makes a process of its own of the test binary, one that reads a key or
// fills the user's share.
func TestMain(m *testing.M) {
	switch task, name, _ := strings.Cut(os.Getenv("KEY_TASK"), " "); task {
	case "read":
		// JOIN_SESSION_KEYRING: what the session of the caller links is not at hand.
		err := problem(keyctl(1, 0, 0))
		value, unread := Read(name)
		if err = errors.Join(err, unread); err != nil {
			fmt.Print(err)
			os.Exit(1)
		}
		fmt.Printf("%s", value)
		os.Exit(0)
	case "fill":
		var err error
		for n := 0; err == nil && n < 5; n++ {
			err = Add(name+strconv.Itoa(n), bytes.Repeat([]byte("x"), 9000), 5)
		}
		for n := range 5 {
			Remove(name + strconv.Itoa(n)) //nolint:errcheck // not all were added
		}
		if errors.Is(err, syscall.EDQUOT) {
			os.Exit(0)
		}
		os.Exit(1)
	default:
		os.Exit(m.Run())
	}
}

// keys skips where the kernel has no keyrings for us, as in most containers.
func keys(t *testing.T) (name string) {
	t.Helper()
	name = "test " + t.Name() + " " + strconv.Itoa(os.Getpid())
	if _, err := Read(name); !errors.Is(err, ErrNotFound) {
		t.Skipf("the kernel has no keyrings here: %v", err)
	}
	t.Cleanup(func() { Remove(name) }) //nolint:errcheck // it may be gone
	return name
}

func TestAddReplacesAndRemoveRemoves(t *testing.T) {
	name := keys(t)
	for _, want := range []string{"one", "two", strings.Repeat("long", 5000)} {
		if err := Add(name, []byte(want), 0); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(name); err != nil || string(got) != want {
			t.Errorf("%d bytes, not %d, %v", len(got), len(want), err)
		}
	}
	if err := Remove(name); err != nil {
		t.Error(err)
	}
	if _, err := Read(name); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if err := Remove(name); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

// TestTimeout: a key ends by itself, and one that is written anew has a new end.
func TestTimeout(t *testing.T) {
	name := keys(t)
	if err := Add(name, []byte("x"), 1); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; {
		if _, err := Read(name); errors.Is(err, ErrNotFound) {
			break
		} else if err != nil || time.Now().After(deadline) {
			t.Fatalf("it is still there: %v", err)
		}
	}
	if err := Add(name, []byte("y"), 0); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(name); string(got) != "y" {
		t.Errorf("%q, %v", got, err)
	}
}

// What the kernel takes: of a value so many bytes (user_preparse), of a name less than
// 4,095 with the prefix (KEY_MAX_DESC_SIZE).
const (
	maxValue = 32767
	maxName  = 4000
)

func TestWhatCannotBeKept(t *testing.T) {
	name := keys(t)
	for what, err := range map[string]error{
		"nothing": Add(name, nil, 0), "too long": Add(name, make([]byte, maxValue+1), 0),
		"a NUL": Add(name+"\x00", []byte("x"), 0), "a long name": Add(strings.Repeat("n", 2*maxName), []byte("x"), 0),
	} {
		if err == nil {
			t.Error(what, "was kept")
		}
	}
	if err := Add(strings.Repeat("n", maxName), make([]byte, maxValue), 1); err != nil {
		t.Error(err)
	}
}

// TestOwnersOtherSession: a process that does not possess the user's keyring reads
// the key all the same, and another user does not.
func TestOwnersOtherSession(t *testing.T) {
	name := keys(t)
	if err := Add(name, []byte("value"), 0); err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), os.Args[0])
	again.Env = []string{"KEY_TASK=read " + name}
	if out, err := again.CombinedOutput(); err != nil || string(out) != "value" {
		t.Errorf("the owner's other session: %q, %v", out, err)
	}
	id, failed := find(name)
	if failed != 0 {
		t.Fatal(failed)
	}
	listed, err := os.ReadFile("/proc/keys")
	if err != nil {
		t.Skip(err)
	}
	for line := range strings.Lines(string(listed)) {
		if fields := strings.Fields(line); strings.Contains(line, strconv.FormatUint(uint64(id), 16)) && fields[4] != "3f3f0000" {
			t.Errorf("its rights are %s", fields[4])
		}
	}
	if os.Getuid() == 0 {
		other := exec.CommandContext(t.Context(), binary(t))
		other.Env = []string{"KEY_TASK=read " + name}
		other.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		if out, err := other.CombinedOutput(); err == nil || strings.Contains(string(out), "value") {
			t.Errorf("another user: %q, %v", out, err)
		}
	}
}

// TestQuota: the share of a user who is not root is 20,000 bytes.
func TestQuota(t *testing.T) {
	name := keys(t)
	fill := exec.CommandContext(t.Context(), binary(t))
	fill.Env = []string{"KEY_TASK=fill " + name}
	if os.Getuid() == 0 {
		fill.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	if out, err := fill.CombinedOutput(); err != nil {
		t.Errorf("the share was not used up: %s, %v", out, err)
	}
}

const nobody = 65534

// binary returns the test binary where every user may start it.
func binary(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "apitok-keys-") //nolint:usetesting // nobody else may enter a t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	content, err := os.ReadFile(os.Args[0])
	file := dir + "/test"
	if err = errors.Join(err, os.Chmod(dir, 0o755), os.WriteFile(file, content, 0o755)); err != nil {
		t.Fatal(err)
	}
	return file
}
