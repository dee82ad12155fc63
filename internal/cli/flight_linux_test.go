package cli_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/atomicfile"
	"github.com/apitok/apitok/pkg/cached"
)

// A crew is processes that ask for the token of alice/ci, and how they ended.
type crew struct {
	w    *workshop
	cmds []*exec.Cmd
	outs []*bytes.Buffer
	errs []*bytes.Buffer
}

// send starts so many of them.
func (w *workshop) send(many int, args ...string) *crew {
	w.t.Helper()
	c := &crew{w: w}
	for range many {
		cmd := w.command(append([]string{"token", "alice/ci"}, args...)...)
		out, err := &bytes.Buffer{}, &bytes.Buffer{}
		cmd.Stdout, cmd.Stderr = out, err
		if err := cmd.Start(); err != nil {
			w.t.Fatal(err)
		}
		c.cmds, c.outs, c.errs = append(c.cmds, cmd), append(c.outs, out), append(c.errs, err)
	}
	return c
}

// land waits for all, demands an exit code and returns the different answers.
func (c *crew) land(code int) []string {
	c.w.t.Helper()
	var answers []string
	for n, cmd := range c.cmds {
		_ = cmd.Wait() //nolint:errcheck // its exit code is looked at
		if got := cmd.ProcessState.ExitCode(); got != code {
			c.w.t.Errorf("one ended with %d, not %d: %s", got, code, c.errs[n])
		}
		answers = append(answers, c.outs[n].String())
	}
	slices.Sort(answers)
	return slices.Compact(answers)
}

// asked is how many token requests have arrived.
func (w *workshop) asked() int {
	return len(slices.DeleteFunc(w.proxy.Requests(), func(r string) bool { return !strings.HasSuffix(r, "/token") }))
}

// cold is a workshop with a credential that has no token yet.
func cold(t *testing.T) *workshop {
	w := newWorkshop(t)
	w.must(0, "create", "alice/ci", "--no-roles")
	w.proxy.Reset()
	return w
}

// TestManyWantAColdToken: one asks the server, and all print what it got; on a machine that
// is busy some may lose patience and ask too, but few of all. They are enough for one
// machine, so it is not run beside other tests.
func TestManyWantAColdToken(t *testing.T) {
	w := newWorkshopAt(t, testkit.Keycloak(t).Realm(t))
	w.must(0, "create", "alice/ci", "--no-roles")
	w.realm.Must(t, http.MethodPut, "/events/config", map[string]any{"eventsEnabled": true, "enabledEventTypes": []string{}}, nil)
	w.proxy.Reset()
	answers := w.send(200).land(0)
	if !strings.HasPrefix(answers[0], "eyJ") {
		t.Errorf("one prints %q", answers[0])
	}
	var events []any
	w.realm.Must(t, http.MethodGet, "/events?type=CLIENT_LOGIN&client=apitok.alice.ci", nil, &events)
	if n := w.asked(); n > 10 || len(events) != n || len(answers) > n {
		t.Errorf("%d answers by %d requests and %d logins", len(answers), n, len(events))
	}
}

// TestManyForce: none is content with a token that somebody asked for before, but all
// who ask while one is on its way can share the next.
func TestManyForce(t *testing.T) {
	w := cold(t)
	w.must(0, "token", "alice/ci")
	gate := testkit.NewGate(t)
	w.proxy.Reset()
	w.proxy.When(testkit.First(1, tokenRequests()), testkit.Hold(gate))
	first := w.send(1, "--force")
	<-gate.Arrived
	rest := w.send(5, "--force")
	w.waiting(5)
	gate.Open()
	old := first.land(0)
	for _, answer := range rest.land(0) {
		if answer == old[0] {
			t.Error("one has a token that was asked for before it began")
		}
	}
	if n := w.asked(); n > 4 {
		t.Errorf("%d requests for 6", n)
	}
}

// TestManyWantTooMuch: a token that does not live long enough is no failed flight. Those
// who waited see that the first one's is too short, and try once more for all of them.
func TestManyWantTooMuch(t *testing.T) {
	w := cold(t)
	gate := testkit.NewGate(t)
	w.proxy.When(testkit.First(1, tokenRequests()), testkit.Hold(gate))
	first := w.send(1, "--min-validity", "10m")
	<-gate.Arrived
	rest := w.send(5, "--min-validity", "10m")
	w.waiting(5)
	gate.Open()
	first.land(8)
	rest.land(8)
	if n := w.asked(); n > 4 {
		t.Errorf("%d requests for 6", n)
	}
}

// TestAHolderIsKilled: it blocks nobody, and of those who waited one asks for all.
func TestAHolderIsKilled(t *testing.T) {
	w := cold(t)
	gate := testkit.NewGate(t)
	w.proxy.When(testkit.First(1, tokenRequests()), testkit.Hold(gate))
	holder := w.send(1)
	<-gate.Arrived
	rest := w.send(5)
	w.waiting(5)
	if err := holder.cmds[0].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.land(-1)
	answers := rest.land(0)
	if n := w.asked(); n > 4 || len(answers) > n-1 {
		t.Errorf("%d answers by %d requests for 6", len(answers), n)
	}
}

// TestAHolderHangs: the others wait for it, but not for ever.
func TestAHolderHangs(t *testing.T) {
	w := cold(t)
	gate := testkit.NewGate(t)
	w.proxy.When(testkit.First(1, tokenRequests()), testkit.Hold(gate))
	holder := w.send(1)
	<-gate.Arrived
	if answers := w.send(3).land(0); !strings.HasPrefix(answers[0], "eyJ") {
		t.Errorf("answers: %q", answers)
	}
	gate.Open()
	holder.land(0)
}

// TestWithoutLocks: what stands in the way of the lock does not stand in that of the
// token.
func TestWithoutLocks(t *testing.T) {
	obstacles := map[string]func(locks, lock string) error{
		"no folder": func(locks, _ string) error { return os.WriteFile(locks, nil, 0o600) },
		"no file":   func(_, lock string) error { return os.MkdirAll(lock, 0o700) },
		// To open it takes for ever, as where the server of a network path is gone.
		"a file that hangs": func(locks, lock string) error {
			return errors.Join(os.Mkdir(locks, 0o700), syscall.Mkfifo(lock, 0o600))
		},
	}
	for name, put := range obstacles {
		t.Run(name, func(t *testing.T) {
			w := cold(t)
			locks := filepath.Dir(w.lock())
			if err := errors.Join(os.RemoveAll(locks), put(locks, w.lock())); err != nil {
				t.Fatal(err)
			}
			w.must(0, "token", "alice/ci")
			w.must(0, "token", "alice/ci", "--force")
			if w.asked() != 2 {
				t.Errorf("%d requests", w.asked())
			}
		})
	}
}

// TestOneRequestForAToken and nothing else, discovery included.
func TestOneRequestForAToken(t *testing.T) {
	w := cold(t)
	for _, args := range [][]string{nil, {"--force"}, {"--no-cache"}, {"--min-validity", "10m"}} {
		w.proxy.Reset()
		w.send(1, args...).cmds[0].Wait() //nolint:errcheck // how often it asks is looked at
		if got := w.proxy.Requests(); len(got) != 1 || w.asked() != 1 {
			t.Errorf("%q: %q", args, got)
		}
	}
	w.proxy.Reset()
	w.must(0, "token", "alice/ci")
	if got := w.proxy.Requests(); len(got) != 0 {
		t.Errorf("with a cached token: %q", got)
	}
}

func (w *workshop) home() string {
	for _, variable := range slices.Backward(w.env) {
		if home, ok := strings.CutPrefix(variable, "HOME="); ok {
			return home
		}
	}
	w.t.Fatal("there is no HOME")
	return ""
}

// waiting returns when so many processes wait for the token that another one gets.
func (w *workshop) waiting(many int) {
	w.t.Helper()
	testkit.Waiters(w.t, many, w.lock())
}

// lock is the file at which they meet.
func (w *workshop) lock() string {
	locks := atomicfile.Locks{Dir: filepath.Join(w.home(), ".local/state/apitok/locks")}
	return locks.File(cached.TokenKey(w.proxy.URL, w.realm.Name, "apitok.alice.ci", nil, nil))
}
