package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

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

// TestManyWantAColdToken: one asks the server, and all print what it got. They are
// enough for one machine, so it is not run beside other tests.
func TestManyWantAColdToken(t *testing.T) {
	w := newWorkshopAt(t, testkit.Keycloak(t).Realm(t))
	w.must(0, "create", "alice/ci", "--no-roles")
	w.realm.Must(t, http.MethodPut, "/events/config", map[string]any{"eventsEnabled": true, "enabledEventTypes": []string{}}, nil)
	w.proxy.Reset()
	answers := w.send(200).land(0)
	if len(answers) != 1 || !strings.HasPrefix(answers[0], "eyJ") {
		t.Errorf("%d different answers", len(answers))
	}
	var events []any
	w.realm.Must(t, http.MethodGet, "/events?type=CLIENT_LOGIN&client=apitok.alice.ci", nil, &events)
	if w.asked() != 1 || len(events) != 1 {
		t.Errorf("%d requests and %d logins", w.asked(), len(events))
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
	rest := w.send(20, "--force")
	w.waiting(20)
	gate.Open()
	old := first.land(0)
	for _, answer := range rest.land(0) {
		if answer == old[0] {
			t.Error("one has a token that was asked for before it began")
		}
	}
	if n := w.asked(); n > 8 {
		t.Errorf("%d requests for 21", n)
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
	rest := w.send(10, "--min-validity", "10m")
	w.waiting(10)
	gate.Open()
	first.land(8)
	rest.land(8)
	if n := w.asked(); n > 2 {
		t.Errorf("%d requests for 11", n)
	}
}

// TestAHolderIsKilled: it blocks nobody, and of those who waited one asks for all.
func TestAHolderIsKilled(t *testing.T) {
	w := cold(t)
	gate := testkit.NewGate(t)
	w.proxy.When(testkit.First(1, tokenRequests()), testkit.Hold(gate))
	holder := w.send(1)
	<-gate.Arrived
	rest := w.send(20)
	w.waiting(20)
	if err := holder.cmds[0].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.land(-1)
	if answers := rest.land(0); len(answers) != 1 || w.asked() != 2 {
		t.Errorf("%d answers by %d requests", len(answers), w.asked())
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

// TestRenewalAheadOfItsTime: one process renews while the others go on with what the
// cache has.
func TestRenewalAheadOfItsTime(t *testing.T) {
	w := cold(t)
	w.must(0, "token", "alice/ci")
	w.age("4m")
	gate := testkit.NewGate(t)
	w.proxy.Reset()
	w.proxy.When(testkit.First(1, tokenRequests()), testkit.Hold(gate))
	renewer := w.send(1)
	<-gate.Arrived
	old := w.send(10).land(0)
	if len(old) != 1 || w.asked() != 1 {
		t.Errorf("%d answers by %d requests", len(old), w.asked())
	}
	gate.Open()
	renewed := renewer.land(0)
	if renewed[0] == old[0] {
		t.Error("it was not renewed")
	}
	if now := w.send(5).land(0); len(now) != 1 || now[0] != renewed[0] || w.asked() != 1 {
		t.Errorf("%d answers by %d requests", len(now), w.asked())
	}
}

// TestTheServerIsDownAtARenewal: the cached token is printed with a warning as long as
// it holds, and the next ones do not wait for the server again.
func TestTheServerIsDownAtARenewal(t *testing.T) {
	faults := map[string]testkit.Fault{
		"busy": testkit.Answer(http.StatusServiceUnavailable, 0), "cut": testkit.Cut(), "slow": testkit.Delay(10 * time.Second),
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			w := cold(t)
			good := w.send(1).land(0)
			w.proxy.When(tokenRequests(), fault)
			w.age("4m")
			c := w.send(1)
			if answers := c.land(0); answers[0] != good[0] {
				t.Errorf("it prints %q", answers[0])
			}
			if said := c.errs[0].String(); !strings.HasPrefix(said, "warning: the cached token could not be renewed and holds for another ") || strings.Count(said, "\n") != 1 {
				t.Errorf("it says %q", said)
			}
			w.proxy.Reset()
			w.proxy.When(tokenRequests(), fault)
			if answers := w.send(3).land(0); answers[0] != good[0] || w.asked() != 0 {
				t.Errorf("they print %q after %d requests", answers, w.asked())
			}
			w.must(7, "token", "alice/ci", "--min-validity", "2m", "--timeout", "1s")
			w.age("40s")
			if answers := w.send(1).land(0); answers[0] != good[0] {
				t.Errorf("with little life left it prints %q", answers)
			}
			w.age("30s")
			w.must(7, "token", "alice/ci", "--timeout", "1s")
		})
	}
}

// TestARenewalIsRefused: a credential that works no more is no case for a warning.
func TestARenewalIsRefused(t *testing.T) {
	w := cold(t)
	w.must(0, "token", "alice/ci")
	w.realm.Must(t, http.MethodPost, fmt.Sprintf("/clients/%v/client-secret", w.realm.Client(t, "apitok.alice.ci")["id"]), nil, nil)
	w.must(0, "token", "alice/ci")
	w.age("4m")
	w.must(4, "token", "alice/ci")
}

// age makes the cached token of alice/ci older.
func (w *workshop) age(by string) {
	w.t.Helper()
	cmd := exec.Command("agetoken", w.proxy.URL, w.realm.Name, "apitok.alice.ci", by)
	cmd.Env = w.env
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%v: %s", err, out)
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
