package cli_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
)

// setupWorkshop is a workshop whose account may set the realm up, with a client policy
// that someone else made.
func setupWorkshop(t *testing.T) *workshop {
	w := newWorkshop(t)
	id, secret := w.realm.Operator(t, "realm-admin")
	w.env = append(w.env, "APITOK_LOGIN_CLIENT_ID="+id, "APITOK_LOGIN_CLIENT_SECRET="+secret)
	w.realm.RotationPolicyFor(t, testkit.Rotation{Expiration: time.Hour, Grace: time.Minute, Remaining: time.Second}, "client-scopes",
		map[string]any{"type": "Optional", "scopes": []string{"phone"}})
	return w
}

// theirs are the client rules that someone else made.
func (w *workshop) theirs() string {
	w.t.Helper()
	var all []any
	for _, kind := range []string{"profiles", "policies"} {
		var document map[string][]map[string]any
		w.realm.Must(w.t, "GET", "/client-policies/"+kind, nil, &document)
		for _, entry := range document[kind] {
			if entry["name"] == "rotation" {
				all = append(all, entry)
			}
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

var setupArgs = []string{"setup", "--operator", "machine", "--audience", "orders-api"}

// writes returns which of a command's requests change something. What befalls another one
// leaves the server as it is after the change before.
func (w *workshop) writes(args ...string) (turns []int) {
	w.t.Helper()
	for i, request := range w.calls(args...) {
		if !isRead(request) {
			turns = append(turns, i+1)
		}
	}
	return turns
}

// eachWrite lets accidents befall every write of a command, one after the other: but those
// that leave the server as a 503 does.
func (w *workshop) eachWrite(turns []int, try func(a accident, n int)) {
	for _, a := range accidents {
		if a.all || strings.HasSuffix(a.name, " before") {
			continue
		}
		for _, n := range turns {
			w.t.Run(fmt.Sprintf("%s/call %d", a.name, n), func(t *testing.T) {
				outer := w.t
				w.t = t
				defer func() { w.t = outer }()
				try(a, n)
			})
		}
	}
}

// TestSetupSurvivesEverything: whatever befalls a setup or its removal, the same command
// run again completes it, and what others made stays.
func TestSetupSurvivesEverything(t *testing.T) {
	w := setupWorkshop(t)
	theirs := w.theirs()
	remove := []string{"setup", "--remove", "--yes"}
	making := w.writes(setupArgs...)
	removing := w.writes(remove...)
	if len(making) < 8 || len(removing) < 6 {
		t.Fatalf("setup changes %v, its removal %v", making, removing)
	}
	w.eachWrite(making, func(a accident, n int) {
		a.befall(w, n, setupArgs...)
		w.must(0, setupArgs...)
		w.must(0, append(setupArgs, "--check")...)
		w.must(0, remove...)
		if got := w.theirs(); got != theirs {
			w.t.Errorf("what others made is now %s", got)
		}
	})
	w.eachWrite(removing, func(a accident, n int) {
		w.must(0, setupArgs...)
		a.befall(w, n, remove...)
		w.must(0, remove...)
		if w.realm.Client(w.t, "apitok-cli") != nil || w.realm.Client(w.t, "machine") != nil {
			w.t.Error("a client is left")
		}
		if got := w.theirs(); got != theirs {
			w.t.Errorf("what others made is now %s", got)
		}
	})
}

// TestSetupsAtOnce: several administrators may do it at the same time.
func TestSetupsAtOnce(t *testing.T) {
	w := setupWorkshop(t)
	theirs := w.theirs()
	if counts := w.atOnce(3, setupArgs...); counts[0] != 3 {
		t.Errorf("exit codes and how often: %v", counts)
	}
	w.must(0, append(setupArgs, "--check")...)
	if got := w.theirs(); got != theirs {
		t.Errorf("what others made is now %s", got)
	}
}
