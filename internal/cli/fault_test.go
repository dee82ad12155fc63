package cli_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
)

// A workshop runs apitok as an operator of one realm, through a proxy that can
// fail.
type workshop struct {
	t     *testing.T
	realm *testkit.Realm
	proxy *testkit.FaultProxy
	env   []string
}

func newWorkshop(t *testing.T) *workshop {
	t.Parallel()
	return newWorkshopAt(t, testkit.Keycloak(t).Realm(t))
}

func newWorkshopAt(t *testing.T, realm *testkit.Realm) *workshop {
	proxy := testkit.Proxy(t, realm.URL)
	id, secret := realm.Operator(t, operatorRoles...)
	// The daemon leaks locked memory, and ends when that is used up: thousands of runs
	// are too many for the keyring that all tests share.
	env := append(testkit.Keyring(t), "PATH="+os.Getenv("PATH"), "HOME="+t.TempDir(),
		"APITOK_SERVER="+proxy.URL, "APITOK_REALM="+realm.Name,
		"APITOK_LOGIN_CLIENT_ID="+id, "APITOK_LOGIN_CLIENT_SECRET="+secret)
	return &workshop{t: t, realm: realm, proxy: proxy, env: env}
}

func (w *workshop) command(args ...string) *exec.Cmd {
	cmd := exec.Command("apitok", args...)
	cmd.Env = w.env
	return cmd
}

// run returns the exit code and what was said.
func (w *workshop) run(args ...string) (int, string) {
	w.t.Helper()
	cmd := w.command(args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		w.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (w *workshop) must(code int, args ...string) {
	w.t.Helper()
	if got, said := w.run(args...); got != code {
		w.t.Errorf("apitok %s ended with %d, not %d: %s", strings.Join(args, " "), got, code, said)
	}
}

// calls returns the requests that a command sends.
func (w *workshop) calls(args ...string) []string {
	w.t.Helper()
	w.proxy.Reset()
	w.must(0, args...)
	return w.proxy.Requests()
}

// isRead tells that a request leaves the server as it was. One at client registration
// uses a registration access token up.
func isRead(request string) bool {
	return (strings.HasPrefix(request, "GET ") || strings.HasSuffix(request, "/token")) && !strings.Contains(request, "/clients-registrations/")
}

// An accident befalls the nth request of a command; it returns the exit code, or -1
// for a process that was killed.
type accident struct {
	name string
	// all tells that it befalls all requests.
	all bool
	// reads tells that it is tried at those too that change nothing on the server. What
	// comes after such a request is then what comes before the next.
	reads  bool
	befall func(w *workshop, n int, args ...string) int
}

func fault(f testkit.Fault) func(*workshop, int, ...string) int {
	return func(w *workshop, n int, args ...string) int {
		w.proxy.Reset()
		w.proxy.When(testkit.Nth(n), f)
		code, _ := w.run(args...)
		w.proxy.Reset()
		return code
	}
}

// kill holds the nth request, before or after the server did what it asks, and
// kills the process with SIGKILL.
func kill(hold func(*testkit.Gate) testkit.Fault) func(*workshop, int, ...string) int {
	return func(w *workshop, n int, args ...string) int {
		gate := testkit.NewGate(w.t)
		w.proxy.Reset()
		w.proxy.When(testkit.Nth(n), hold(gate))
		cmd := w.command(args...)
		if err := cmd.Start(); err != nil {
			w.t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			// How it ended is in the state.
			_ = cmd.Wait() //nolint:errcheck // see above
			close(ended)
		}()
		select {
		case <-gate.Arrived:
		case <-ended:
			w.t.Errorf("it sends fewer than %d requests", n)
		}
		// It may have ended by itself.
		_ = cmd.Process.Kill()
		<-ended
		gate.Open()
		w.proxy.Reset()
		return cmd.ProcessState.ExitCode()
	}
}

// allDelayed delays every request.
func allDelayed(w *workshop, _ int, args ...string) int {
	w.proxy.Reset()
	w.proxy.When(testkit.Always(), testkit.Delay(100*time.Millisecond))
	code, said := w.run(args...)
	if code != 0 {
		w.t.Errorf("it ended with %d: %s", code, said)
	}
	w.proxy.Reset()
	return code
}

var accidents = []accident{
	{"cut before", false, true, fault(testkit.Cut())},
	{"cut after", false, false, fault(testkit.CutAfter())},
	{"503", false, false, fault(testkit.Answer(http.StatusServiceUnavailable, 0))},
	{"delayed", true, true, allDelayed},
	{"duplicated", false, false, fault(testkit.Duplicate())},
	{"killed before", false, true, kill(testkit.Hold)},
	{"killed after", false, false, kill(testkit.HoldAfter)},
}

// each lets accidents befall the calls of a command, with a name for a credential of its
// own; where all calls are delayed, once is enough.
func (w *workshop) each(calls []string, try func(a accident, n int, ref string)) {
	for k, a := range accidents {
		for i, request := range calls {
			if a.all && i > 0 || isRead(request) && !a.reads {
				continue
			}
			n := i + 1
			w.t.Run(fmt.Sprintf("%s/call %d", a.name, n), func(t *testing.T) {
				outer := w.t
				w.t = t
				defer func() { w.t = outer }()
				try(a, n, fmt.Sprintf("grace/f%d-%d", k, n))
			})
		}
	}
}

// unfinished tells whether a client bears the mark of a create that was stopped.
func unfinished(client map[string]any) bool {
	mappers, _ := client["protocolMappers"].([]any)
	return strings.Contains(fmt.Sprint(mappers), "apitok-unfinished")
}

// TestCreateSurvivesEverything: whatever befalls a create, no client is left that
// apitok does not know, and the same create run again ends well.
func TestCreateSurvivesEverything(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "grace/first", "--audience", "billing-api")
	calls := w.calls("create", "grace/count", "--audience", "billing-api")
	w.each(calls, func(a accident, n int, ref string) {
		code := a.befall(w, n, "create", ref, "--audience", "billing-api")
		client := w.realm.Client(w.t, "apitok.grace."+strings.TrimPrefix(ref, "grace/"))
		if client != nil {
			if attrs, _ := client["attributes"].(map[string]any); attrs["apitok.version"] != "1" {
				w.t.Errorf("a client without a record is left: %v", attrs)
			}
		}
		if code > 0 && client != nil {
			w.t.Errorf("create failed with %d and left a client", code)
		}
		again := 0
		if client != nil && !unfinished(client) {
			again = 5
		}
		w.must(again, "create", ref, "--audience", "billing-api")
		w.must(0, "token", ref, "--no-cache", "--audience", "billing-api")
	})
}

// TestRotateSurvivesEverything: whatever befalls a rotation, the same rotation run
// again leaves a secret that works.
func TestRotateSurvivesEverything(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "grace/count", "--no-roles")
	calls := w.calls("rotate", "grace/count")
	w.each(calls, func(a accident, n int, ref string) {
		w.must(0, "create", ref, "--no-roles")
		a.befall(w, n, "rotate", ref)
		w.must(0, "rotate", ref)
		w.must(0, "token", ref, "--no-cache")
	})
}

// TestRevokeSurvivesEverything: whatever befalls a revocation, the same run again
// leaves nothing, here or on the server.
func TestRevokeSurvivesEverything(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "grace/count", "--no-roles")
	calls := w.calls("revoke", "grace/count", "--yes")
	w.each(calls, func(a accident, n int, ref string) {
		w.must(0, "create", ref, "--no-roles")
		want := 0
		if a.befall(w, n, "revoke", ref, "--yes") == 0 {
			want = 3
		}
		w.must(want, "revoke", ref, "--yes")
		w.must(3, "token", ref)
		if w.realm.Client(w.t, "apitok.grace."+strings.TrimPrefix(ref, "grace/")) != nil {
			w.t.Error("the client is still there")
		}
	})
}
