package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// handOvers is an administrator who hands credentials over, and their holder.
type handOvers struct {
	*workshop
	alice               *workshop
	recipient, identity string
	dir                 string
}

func newHandOvers(t *testing.T) *handOvers {
	w, recipient, identity := delegatedWorkshop(t)
	return &handOvers{w, w.holderAt(t), recipient, identity, t.TempDir()}
}

// file is where the hand-over of a credential is.
func (h *handOvers) file(ref string) string {
	return filepath.Join(h.dir, strings.ReplaceAll(ref, "/", ".")+".age")
}

// to hands a credential over, of which the administrator's command is the verb.
func (h *handOvers) to(verb, ref string, flags ...string) []string {
	return append([]string{verb, ref, "--recipient", h.recipient, "--handover", h.file(ref)}, flags...)
}

func (h *handOvers) take(ref string) []string {
	return []string{"import", h.file(ref), "--identity", h.identity}
}

// made makes a credential that alice holds.
func (h *handOvers) made(ref string) {
	h.t.Helper()
	h.must(0, h.to("create", ref, "--delegate", "--no-roles")...)
	h.alice.must(0, h.take(ref)...)
}

// eachFor is each with alice's tests under the same name.
func (h *handOvers) eachFor(calls []string, try func(a accident, n int, ref string)) {
	h.each(calls, func(a accident, n int, ref string) {
		outer := h.alice.t
		h.alice.t = h.t
		defer func() { h.alice.t = outer }()
		try(a, n, ref)
	})
}

// TestHolderRotateSurvivesEverything: whatever befalls a rotation by the registration access token, the secret that the
// machine has works at once, the same rotation run again ends well, and where the token was lost another hand-over brings it
// back.
func TestHolderRotateSurvivesEverything(t *testing.T) {
	h := newHandOvers(t)
	h.made("grace/count")
	calls := h.alice.calls("rotate", "grace/count")
	lost := 0
	h.eachFor(calls, func(a accident, n int, ref string) {
		h.made(ref)
		done := a.befall(h.alice, n, "rotate", ref) == 0
		h.alice.must(0, "token", ref, "--no-cache")
		if !done {
			// What is refused for another reason than the secret is said as it is.
			h.alice.says(4, "may not exchange tokens", "exchange", ref, "--subject", ref)
			h.alice.must(0, "rotate", ref)
		}
		h.alice.must(0, "token", ref, "--no-cache")
		code, said := h.alice.run("rotate", ref)
		if code == 0 {
			return
		}
		lost++
		if code != 4 || !strings.Contains(said, "an administrator's apitok delegate "+ref) {
			h.t.Errorf("it ends with %d and names no way back: %s", code, said)
		}
		h.alice.must(0, "token", ref, "--no-cache")
		h.must(0, h.to("delegate", ref)...)
		h.alice.must(0, h.take(ref)...)
		h.alice.must(0, "rotate", ref)
	})
	// With the answer that is cut off, that a killed process does not read, and that a doubled request does not bring.
	if lost != 3 {
		t.Errorf("the registration access token was lost %d times", lost)
	}
}

// TestHolderEndsSurviveEverything: whatever befalls a disable or a revocation by the registration access token, the same run
// again ends well.
func TestHolderEndsSurviveEverything(t *testing.T) {
	h := newHandOvers(t)
	h.made("grace/count")
	disabling := h.alice.calls("disable", "grace/count")
	h.must(0, "enable", "grace/count")
	revoking := h.alice.calls("revoke", "grace/count", "--yes")
	calls := disabling
	if len(revoking) > len(calls) {
		calls = revoking
	}
	h.eachFor(calls, func(a accident, n int, ref string) {
		h.made(ref)
		if n <= len(disabling) {
			a.befall(h.alice, n, "disable", ref)
			h.alice.must(0, "disable", ref)
			if h.client(ref)["enabled"] != false {
				h.t.Error("it is not disabled")
			}
			h.must(0, "enable", ref)
			h.must(0, h.to("delegate", ref)...)
			h.alice.must(0, h.take(ref)...)
		}
		if n <= len(revoking) {
			want := 0
			if a.befall(h.alice, n, "revoke", ref, "--yes") == 0 {
				want = 4
			}
			h.alice.must(want, "revoke", ref, "--yes")
			h.alice.must(3, "token", ref)
			if h.client(ref) != nil {
				h.t.Error("the client is still there")
			}
		}
	})
}

// TestHandOverSurvivesEverything: whatever befalls a create that hands over, its import, another hand-over, or what takes it
// back, the same run again ends well, and no client is left that apitok does not know.
func TestHandOverSurvivesEverything(t *testing.T) {
	h := newHandOvers(t)
	create := func(ref string) []string { return h.to("create", ref, "--delegate", "--no-roles", "--expires", "90d") }
	making := h.writes(create("grace/count")...)
	taking := h.alice.calls(h.take("grace/count")...)
	plain := []string{"create", "grace/plain", "--no-roles", "--expires", "90d"}
	h.must(0, plain...)
	delegating := h.writes(h.to("delegate", "grace/plain")...)
	takeBack := []string{"delegate", "grace/plain", "--take-back"}
	takingBack := h.writes(takeBack...)
	if len(making) < 4 || len(delegating) < 4 || len(takingBack) < 4 {
		t.Fatalf("create changes %v, delegate %v, and to take back %v", making, delegating, takingBack)
	}
	const ref = "grace/ci"
	h.eachWrite(making, func(a accident, n int) {
		a.befall(h.workshop, n, create(ref)...)
		want := 0
		if client := h.client(ref); client != nil && !unfinished(client) {
			want = 5
		}
		h.must(want, create(ref)...)
		h.alice.at(h.t).must(0, h.take(ref)...)
		h.must(0, "sync", ref, "--check")
		h.must(0, "revoke", ref, "--yes")
	})
	h.eachWrite(delegating, func(a accident, n int) {
		h.must(0, "revoke", "grace/plain", "--yes")
		h.must(0, plain...)
		a.befall(h.workshop, n, h.to("delegate", "grace/plain")...)
		h.must(0, h.to("delegate", "grace/plain")...)
		h.alice.at(h.t).must(0, h.take("grace/plain")...)
		h.must(0, "sync", "grace/plain", "--check")
	})
	h.eachWrite(takingBack, func(a accident, n int) {
		h.must(0, h.to("delegate", "grace/plain")...)
		a.befall(h.workshop, n, takeBack...)
		h.must(0, takeBack...)
		h.says(0, "grace/plain is delegated to nobody", takeBack...)
		h.must(0, "sync", "grace/plain", "--check")
	})
	h.must(0, create(ref)...)
	h.eachFor(taking, func(a accident, n int, _ string) {
		a.befall(h.alice, n, h.take(ref)...)
		h.alice.must(0, h.take(ref)...)
		h.alice.must(0, "token", ref, "--no-cache")
	})
	h.alice.must(0, "rotate", ref)
}

// TestHandOverLeavesNoTrace: the secret and the registration access token are in the hand-over and the keyring, and nowhere
// else.
func TestHandOverLeavesNoTrace(t *testing.T) {
	h := newHandOvers(t)
	run := func(w *workshop, args ...string) string {
		code, said := w.run(append(args, "-v")...)
		if code != 0 {
			t.Fatalf("apitok %s ended with %d: %s", args[0], code, said)
		}
		return said
	}
	said := run(h.workshop, h.to("create", "alice/ci", "--delegate", "--no-roles")...)
	var secrets []string
	note := func() {
		t.Helper()
		var secret struct{ Value string }
		id, _ := h.client("alice/ci")["id"].(string)
		h.realm.Must(t, "GET", "/clients/"+id+"/client-secret", nil, &secret)
		secrets = append(secrets, forms("apitok.alice.ci", secret.Value)...)
	}
	note()
	said += run(h.alice, h.take("alice/ci")...)
	said += run(h.alice, "rotate", "alice/ci")
	note()
	said += run(h.alice, "disable", "alice/ci")
	said += run(h.workshop, "enable", "alice/ci")
	said += run(h.workshop, h.to("delegate", "alice/ci")...)
	said += run(h.alice, h.take("alice/ci")...)
	said += run(h.workshop, "doctor")
	// Every token of Keycloak's begins with this.
	secrets = append(secrets, "eyJhbGciOi")
	demandNone(t, "what is said", []byte(said), secrets)
	for _, folder := range []string{h.getenv("HOME"), h.alice.getenv("HOME"), h.dir} {
		demandNone(t, folder, []byte(contents(t, folder)), secrets)
	}
	if !strings.Contains(contents(t, h.dir), "AGE ENCRYPTED") {
		t.Error("the hand-over was not looked at")
	}
}
