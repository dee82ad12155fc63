package cli_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
)

// TestRenewalAheadOfItsTime: one process renews while the others go on with what the
// cache has.
func TestRenewalAheadOfItsTime(t *testing.T) {
	w := cold(t)
	w.must(0, "token", "alice/ci")
	w.age(4 * time.Minute)
	gate := testkit.NewGate(t)
	w.proxy.Reset()
	w.proxy.When(testkit.First(1, tokenRequests()), testkit.Hold(gate))
	renewer := w.send(1)
	<-gate.Arrived
	old := w.send(3).land(0)
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
			w.must(0, "edit", "alice/ci", "--token-lifetime", "1h")
			began := time.Now()
			good := w.send(1).land(0)
			w.proxy.When(tokenRequests(), fault)
			w.age(50 * time.Minute)
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
			w.must(7, "token", "alice/ci", "--min-validity", "20m", "--timeout", "1s")
			// 25 seconds are left of the hour, however long all this took.
			w.age(10*time.Minute - 25*time.Second - time.Since(began))
			if answers := w.send(1).land(0); answers[0] != good[0] {
				t.Errorf("with little life left it prints %q", answers)
			}
			w.age(time.Hour)
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
	w.age(4 * time.Minute)
	w.must(4, "token", "alice/ci")
}

// age makes the cached token of alice/ci older.
func (w *workshop) age(by time.Duration) {
	w.t.Helper()
	cmd := exec.Command("agetoken", w.proxy.URL, w.realm.Name, "apitok.alice.ci", by.String())
	cmd.Env = w.env
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%v: %s", err, out)
	}
}
