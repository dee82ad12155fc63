package cli_test

import (
	"net/http"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// TestTwoAtOnce: of creates of one name at the same time, on machines that know
// nothing of each other, one wins and the others say so.
func TestTwoAtOnce(t *testing.T) {
	w := newWorkshop(t)
	counts := w.atOnce(4, "create", "alice/ci", "--no-roles", "--no-store", "--show-secret")
	if counts[0] != 1 || counts[5] != 3 {
		t.Errorf("exit codes and how often: %v", counts)
	}
	w.must(0, "rotate", "alice/ci")
	w.must(0, "token", "alice/ci")
}

// TestTwoRotationsAtOnce: the later one counts, and the earlier one, which was under
// way, says so.
func TestTwoRotationsAtOnce(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "alice/ci", "--no-roles")
	gate := testkit.NewGate(t)
	w.proxy.Reset()
	w.proxy.When(testkit.First(1, testkit.Route(http.MethodPost, "/client-secret$")), testkit.HoldAfter(gate))
	earlier := w.command("rotate", "alice/ci", "--no-store", "--show-secret")
	earlier.Env = append(earlier.Env[:len(earlier.Env):len(earlier.Env)], "HOME="+t.TempDir())
	if err := earlier.Start(); err != nil {
		t.Fatal(err)
	}
	<-gate.Arrived
	w.must(0, "rotate", "alice/ci")
	gate.Open()
	_ = earlier.Wait() //nolint:errcheck // its exit code is looked at
	if code := earlier.ProcessState.ExitCode(); code != 5 {
		t.Errorf("the earlier one ended with %d", code)
	}
	w.must(0, "token", "alice/ci", "--no-cache")
}

// TestTwoEditsAtOnce: an edit changes what it names and leaves what another edits at
// the same time.
func TestTwoEditsAtOnce(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "alice/ci")
	gate := testkit.NewGate(t)
	w.proxy.Reset()
	w.proxy.When(testkit.First(1, testkit.Route(http.MethodPut, "/clients/[^/]+$")), testkit.Hold(gate))
	earlier := w.command("edit", "alice/ci", "--description", "nightly")
	earlier.Env = append(earlier.Env[:len(earlier.Env):len(earlier.Env)], "HOME="+t.TempDir())
	if err := earlier.Start(); err != nil {
		t.Fatal(err)
	}
	<-gate.Arrived
	w.must(0, "edit", "alice/ci", "--no-roles")
	gate.Open()
	_ = earlier.Wait() //nolint:errcheck // its exit code is looked at
	if code := earlier.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the earlier one ended with %d", code)
	}
	client := w.realm.Client(t, "apitok.alice.ci")
	roles := w.realm.EffectiveRoles(t, w.realm.User(t, "service-account-apitok.alice.ci"))
	if client["description"] != "nightly" || len(roles) > 0 {
		t.Errorf("it is described as %v and has %v", client["description"], roles)
	}
}

// TestSyncsAtOnce: several machines may run it from cron at the same minute.
func TestSyncsAtOnce(t *testing.T) {
	w := newWorkshop(t)
	for _, ref := range []string{"alice/a", "alice/b", "bob/a", "bob/b"} {
		w.must(0, "create", ref)
	}
	w.realm.Ungrant(t, w.realm.User(t, "alice"), "orders-api:cancel")
	for _, user := range []string{"alice", "bob"} {
		w.realm.Grant(t, w.realm.User(t, user), "realm:site-01")
		w.realm.Grant(t, w.realm.User(t, "service-account-apitok."+user+".a"), "orders-api:admin")
	}
	if counts := w.atOnce(4, "sync", "--all"); counts[0] != 4 {
		t.Errorf("exit codes and how often: %v", counts)
	}
	w.must(0, "sync", "--all", "--check")
}

// atOnce runs a command on several machines and counts the exit codes.
func (w *workshop) atOnce(many int, args ...string) map[int]int {
	codes := make(chan int, many)
	for range many {
		cmd := w.command(args...)
		cmd.Env = append(cmd.Env[:len(cmd.Env):len(cmd.Env)], "HOME="+w.t.TempDir())
		go func() {
			said, _ := cmd.CombinedOutput() //nolint:errcheck // its exit code is looked at
			if cmd.ProcessState.ExitCode() > 0 {
				w.t.Logf("it says %s", said)
			}
			codes <- cmd.ProcessState.ExitCode()
		}()
	}
	counts := map[int]int{}
	for range many {
		counts[<-codes]++
	}
	return counts
}
