package cli_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/apitok"
)

// TestTakenBack: what was taken back is what it was before it was delegated, whatever its holder did to it meanwhile, and
// the holder can do nothing more to it. One that must not work stays bound to its copy, but its holder's token ends.
func TestTakenBack(t *testing.T) {
	w, recipient, _ := delegatedWorkshop(t)
	const clientID = "apitok.alice.ci"
	undelegated := func() map[string]any {
		whole := w.whole(clientID)
		for name := range apitok.DelegatedAttributes() {
			delete(whole["attributes"].(map[string]any), name)
		}
		return whole
	}
	handOver := []string{"delegate", "alice/ci", "--recipient", recipient, "--handover", filepath.Join(t.TempDir(), "ci.age")}
	w.must(0, "create", "alice/ci", "--role", "orders-api:read", "--expires", "90d", "--token-lifetime", "5m")
	before := undelegated()
	var h *holder
	bob := w.realm.User(t, "bob")
	for _, name := range []string{"owner", "roles", "end", "token lifetime", "scope on request", "mapper", "another account"} {
		w.must(0, handOver...)
		h = holderOf(t, w.realm, clientID)
		for _, change := range openToHolders(bob)[name] {
			h.send("PUT", "default", h.with(change))
		}
		if cmp.Equal(before, undelegated()) {
			t.Fatalf("%s changes nothing", name)
		}
		w.must(0, "delegate", "alice/ci", "--take-back")
		if diff := cmp.Diff(before, undelegated()); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
		if status := h.send("PUT", "default", h.with(map[string]any{"description": name})); status != http.StatusUnauthorized {
			t.Errorf("the holder's token still holds: %d", status)
		}
	}
	w.must(0, handOver...)
	h = holderOf(t, w.realm, clientID)
	w.realm.Must(t, "PUT", "/users/"+w.realm.User(t, "alice"), map[string]any{"enabled": false}, nil)
	w.says(4, "alice/ci must not work: its owner is disabled", "delegate", "alice/ci", "--take-back")
	w.says(0, "delegated\tyes\n", "show", "alice/ci")
	w.realm.Must(t, "PUT", "/users/"+w.realm.User(t, "alice"), map[string]any{"enabled": true}, nil)
	w.must(0, "enable", "alice/ci")
	if status := h.send("PUT", "default", h.with(map[string]any{"description": "more"})); status != http.StatusUnauthorized {
		t.Errorf("the holder's token still holds: %d", status)
	}
}

// TestRevokedIsSaidWhenItIsKnown: where a revocation by the registration access token was cut off and somebody disabled the
// credential since, the server refuses its holder as it would if it were gone. It is not said to be revoked, and what its
// holder has serves when it is enabled again.
func TestRevokedIsSaidWhenItIsKnown(t *testing.T) {
	h := newHandOvers(t)
	h.made("grace/ci")
	revoke := []string{"revoke", "grace/ci", "--yes"}
	h.proxy.Reset()
	h.proxy.When(testkit.Route(http.MethodDelete, "/clients-registrations/"), testkit.Cut())
	h.alice.must(7, revoke...)
	h.proxy.Reset()
	h.must(0, "disable", "grace/ci")
	const unknown = "error: grace/ci is disabled or gone\nhint: an administrator's apitok show grace/ci tells which; if it is gone, apitok forget grace/ci"
	h.alice.says(4, unknown, revoke...)
	h.alice.says(4, unknown, append(revoke, "--dry-run")...)
	h.must(0, "enable", "grace/ci")
	h.alice.must(0, "token", "grace/ci", "--no-cache")

	// Gone by another hand it is gone all the same.
	h.must(0, revoke...)
	h.alice.says(0, "drop its secret", append(revoke, "--dry-run")...)
	h.alice.says(0, "revoked grace/ci", revoke...)
	h.alice.must(3, "token", "grace/ci")
}
