package testkit

import (
	"errors"
	"os/exec"
	"testing"
)

// InNamespace makes cmd run after a shell script that can mount what it likes: nobody else sees it. Without the right to, the
// test is skipped.
func InNamespace(t testing.TB, cmd *exec.Cmd, script string) {
	t.Helper()
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Skip("no unshare: install util-linux")
	}
	if err := exec.Command(unshare, "--mount", "true").Run(); err != nil {
		t.Skipf("unshare --mount: %v", err)
	}
	if errors.Is(cmd.Err, exec.ErrNotFound) {
		t.Fatal(cmd.Err)
	}
	cmd.Args = append([]string{"unshare", "--mount", "sh", "-ec", script + "\nexec \"$@\"", "sh", cmd.Path}, cmd.Args[1:]...)
	cmd.Path = unshare
}
