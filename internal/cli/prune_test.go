package cli_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

var longExpired = map[string]any{"attributes": map[string]string{"apitok.expires_at": "2020-01-01T00:00:00Z"}}

// expired makes credentials that ended long ago.
func (w *workshop) expired(refs ...string) {
	w.t.Helper()
	for _, ref := range refs {
		w.must(0, "create", ref, "--no-roles")
		w.change(ref, longExpired)
	}
}

// change puts a change to a credential's client.
func (w *workshop) change(ref string, change any) {
	w.t.Helper()
	id, _ := w.client(ref)["id"].(string)
	w.realm.Must(w.t, http.MethodPut, "/clients/"+id, change, nil)
}

func (w *workshop) client(ref string) map[string]any {
	return w.realm.Client(w.t, "apitok."+strings.ReplaceAll(ref, "/", "."))
}

// during runs a command and does something while its nth request is held, until it
// lets go. It returns the exit code and what was said on stderr.
func (w *workshop) during(n int, do func(p *os.Process, open func()), args ...string) (int, string) {
	w.t.Helper()
	gate := testkit.NewGate(w.t)
	w.proxy.Reset()
	w.proxy.When(testkit.Nth(n), testkit.Hold(gate))
	var said strings.Builder
	cmd := w.command(args...)
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	<-gate.Arrived
	do(cmd.Process, gate.Open)
	if err := cmd.Wait(); cmd.ProcessState == nil {
		w.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), said.String()
}

// TestPruneLooksAgain: what changes after the plan was made is seen before each
// deletion.
func TestPruneLooksAgain(t *testing.T) {
	for name, meanwhile := range map[string]func(w *workshop){
		"prolonged": func(w *workshop) {
			w.change("alice/a", map[string]any{"attributes": map[string]string{"apitok.expires_at": "2090-01-01T00:00:00Z"}})
		},
		"made anew": func(w *workshop) {
			id, _ := w.client("alice/a")["id"].(string)
			w.realm.Must(w.t, http.MethodDelete, "/clients/"+id, nil, nil)
			w.realm.Must(w.t, http.MethodPost, "/clients", map[string]any{"clientId": "apitok.alice.a", "attributes": map[string]string{
				"apitok.version": "1", "apitok.owner.id": "7", "apitok.owner": "alice", "apitok.name": "a",
				"apitok.expires_at": "2020-01-01T00:00:00Z"}}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkshop(t)
			w.expired("alice/a", "alice/b")
			calls := len(w.calls("prune", "--older-than", "30d", "--dry-run"))
			code, said := w.during(calls+1, func(_ *os.Process, open func()) { meanwhile(w); open() }, "prune", "--older-than", "30d", "--yes")
			const want = "alice/a is kept: it was changed in the meantime\ndeleted alice/b\n"
			if code != 0 || said != want || w.client("alice/a") == nil || w.client("alice/b") != nil {
				t.Errorf("ended with %d, said %q, want %q, and that done", code, said, want)
			}
		})
	}
}

// TestPruneGoesOn: what cannot be deleted does not stop the others, and each is
// reported.
func TestPruneGoesOn(t *testing.T) {
	w := newWorkshop(t)
	w.expired("alice/a", "alice/b", "alice/c")
	w.proxy.When(testkit.First(2, testkit.Route(http.MethodDelete, "/clients/")), testkit.Answer(http.StatusInternalServerError, 0))
	code, said := w.run("prune", "--older-than", "30d", "--yes", "-o", "json")
	if code != 1 || strings.Count(said, `"deleted": false`) != 2 || strings.Count(said, `"deleted": true`) != 1 ||
		!strings.Contains(said, "error: alice/a was not deleted: deleting the client failed") || !strings.Contains(said, "error: alice/b was not deleted: ") {
		t.Errorf("ended with %d: %s", code, said)
	}
	if w.client("alice/a") == nil || w.client("alice/c") != nil {
		t.Error("the wrong ones are gone")
	}
	w.must(0, "prune", "--older-than", "30d", "--yes")
	if w.client("alice/a") != nil || w.client("alice/b") != nil {
		t.Error("one is left")
	}
}

// TestPruneStops: after an interrupt nothing more is deleted.
func TestPruneStops(t *testing.T) {
	w := newWorkshop(t)
	w.expired("alice/a", "alice/b")
	calls := len(w.calls("prune", "--older-than", "30d", "--dry-run"))
	code, said := w.during(calls+1, func(p *os.Process, _ func()) {
		if err := p.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}, "prune", "--older-than", "30d", "--yes")
	if code != 130 || said != "error: alice/a was not deleted: interrupted\n" {
		t.Errorf("ended with %d: %s", code, said)
	}
}
