package cli_test

import (
	"bytes"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// TestKeyringIsNotStarted: where there is no bus but a program that starts one, nothing is started. What would have been
// bears the mark in its environment.
func TestKeyringIsNotStarted(t *testing.T) {
	if _, err := exec.LookPath("dbus-launch"); err != nil {
		t.Skip("no dbus-launch: run `make test`, which installs it or says how to")
	}
	w := newWorkshop(t)
	const want = "error: there is no keyring: no D-Bus session bus\n" +
		"hint: sign in to a desktop session or start one with dbus-run-session, or " + withoutKeyring + "\n"
	for _, address := range []string{"", "autolaunch:"} {
		mark := "MARK=" + rand.Text()
		w := w.at(t, append(nowhere(t), "DBUS_SESSION_BUS_ADDRESS="+address, mark)...)
		for _, args := range [][]string{{"token", "alice/ci"}, {"create", "alice/ci"}} {
			if code, said := w.run(args...); code != 6 || said != want {
				t.Errorf("apitok %s ended with %d and said %s", args[0], code, said)
			}
		}
		for _, pid := range marked(t, mark) {
			t.Errorf("%s was left behind", commandLine(pid))
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestKeyringIsNotStartedForAnIdleFolder: a desktop's folder that names no bus does not lead to one being started either.
func TestKeyringIsNotStartedForAnIdleFolder(t *testing.T) {
	if _, err := exec.LookPath("dbus-launch"); err != nil {
		t.Skip("no dbus-launch: run `make test`, which installs it or says how to")
	}
	mark := "MARK=" + rand.Text()
	w := newWorkshop(t).at(t, append(nowhere(t), mark)...)
	cmd := w.command("token", "alice/ci")
	folder := userFolder()
	testkit.InNamespace(t, cmd, "mount -t tmpfs none /run && mkdir -p "+folder+" && echo >"+folder+"/dbus-session")
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 6 || !bytes.HasPrefix(out, []byte("error: there is no keyring: no D-Bus session bus\n")) {
		t.Errorf("%v: %s", err, out)
	}
	for _, pid := range marked(t, mark) {
		t.Errorf("%s was left behind", commandLine(pid))
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
	}
}

// marked returns the processes that have a variable in their environment.
func marked(t *testing.T, variable string) (pids []int) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		// One that ended meanwhile, or belongs to somebody else, is none of ours.
		environment, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(environment, []byte(variable)) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	return pids
}

func commandLine(pid int) string {
	line, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil {
		return err.Error()
	}
	return string(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))
}
