package cli_test

import (
	"bufio"
	"bytes"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestWatch: what happens to an owner reaches the credential although the next full
// pass is an hour away, and the watch ends when it is told to.
func TestWatch(t *testing.T) {
	w := newWorkshop(t)
	w.realm.Must(t, "PUT", "/events/config", map[string]any{"adminEventsEnabled": true}, nil)
	w.signInWith(append(slices.Clone(operatorRoles), "view-events"))
	w.must(0, "create", "alice/ci")
	w.must(0, "create", "bob/ci")
	alice, account := w.realm.User(t, "alice"), w.realm.User(t, "service-account-apitok.alice.ci")

	cmd := w.command("sync", "--all", "--watch", "--interval", "1h")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	has := func(role string) func() bool {
		return func() bool { return slices.Contains(w.realm.EffectiveRoles(t, account), role) }
	}
	w.realm.Ungrant(t, alice, "orders-api:cancel")
	eventually(t, "the owner's role is gone", func() bool { return !has("orders-api:cancel")() })
	w.realm.Grant(t, alice, "realm:pager")
	eventually(t, "the owner's new role is there", has("realm:pager"))
	w.realm.Grant(t, account, "realm:seller")
	eventually(t, "a role given by hand is gone", func() bool { return !has("realm:seller")() })
	w.realm.Must(t, "PUT", "/users/"+w.realm.User(t, "bob"), map[string]any{"enabled": false}, nil)
	eventually(t, "the credential of a disabled owner is disabled", func() bool {
		return w.realm.Client(t, "apitok.bob.ci")["enabled"] == false
	})

	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() //nolint:errcheck // its exit code is looked at
	if code := cmd.ProcessState.ExitCode(); code != 130 || cmd.ProcessState.Sys().(syscall.WaitStatus).Signaled() {
		t.Errorf("it ended with %d: %s", code, said.String())
	}
	if !strings.Contains(said.String(), "alice/ci\ttake role orders-api:cancel\n") {
		t.Errorf("it said:\n%s", said.String())
	}
}

// TestWatchWithoutEvents: where it may not see events, it says so and goes by the
// interval.
func TestWatchWithoutEvents(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "alice/ci")
	cmd := w.command("sync", "alice", "--watch", "--interval", "1s")
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(pipe)
	if !said.Scan() || !strings.Contains(said.Text(), "cannot follow the realm's admin events") {
		t.Errorf("it said %q", said.Text())
	}
	account := w.realm.User(t, "service-account-apitok.alice.ci")
	w.realm.Ungrant(t, w.realm.User(t, "alice"), "orders-api:cancel")
	eventually(t, "the role is gone", func() bool {
		return !slices.Contains(w.realm.EffectiveRoles(t, account), "orders-api:cancel")
	})
	_ = cmd.Process.Kill() // It may have ended by itself.
	if said.Scan() {
		t.Errorf("it said more: %q", said.Text())
	}
	_ = cmd.Wait() //nolint:errcheck // it was killed
}

// signInWith makes the operator one with these roles.
func (w *workshop) signInWith(roles []string) {
	id, secret := w.realm.Operator(w.t, roles...)
	w.env = append(w.env, "APITOK_LOGIN_CLIENT_ID="+id, "APITOK_LOGIN_CLIENT_SECRET="+secret)
}
