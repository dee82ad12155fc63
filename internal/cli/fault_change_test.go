package cli_test

import (
	"slices"
	"testing"
)

// TestEditSurvivesEverything: whatever befalls an edit, the same edit run again ends
// as it should, and in between the credential has a record and no more roles than its
// owner.
func TestEditSurvivesEverything(t *testing.T) {
	w := newWorkshop(t)
	const clientID = "apitok.grace.ci"
	edits := [2][]string{
		{"edit", "grace/ci", "--role", "realm:user", "--audience", "billing-api", "--expires", "90d"},
		{"edit", "grace/ci", "--no-roles", "--audience", "orders-api", "--expires", "60d"},
	}
	w.must(0, "create", "grace/ci", "--no-roles")
	w.must(0, edits[0]...)
	w.must(0, edits[1]...)
	calls, others := w.calls(edits[0]...), w.calls(edits[1]...)
	calls = calls[:min(len(calls), len(others))]
	for i, call := range calls {
		if isRead(call) {
			calls[i] = others[i]
		}
	}
	turn := 0
	w.each(calls, func(a accident, n int, _ string) {
		edit, want := edits[turn], [][]string{{"realm:user"}, nil}[turn]
		turn = 1 - turn
		a.befall(w, n, edit...)
		w.owned("grace", clientID)
		w.must(0, edit...)
		w.must(0, "sync", "grace/ci", "--check")
		if got := w.realm.EffectiveRoles(w.t, w.realm.User(w.t, "service-account-"+clientID)); !slices.Equal(got, want) {
			w.t.Errorf("its roles are %v", got)
		}
	})
	w.must(0, "token", "grace/ci", "--no-cache")
}

// TestSyncSurvivesEverything: whatever befalls a sync, the credential has a record and
// nothing that was not its own or its owner's before, and the next sync mends it.
func TestSyncSurvivesEverything(t *testing.T) {
	w := newWorkshop(t)
	const clientID = "apitok.grace.ci"
	w.must(0, "create", "grace/ci", "--role", "realm:user", "--expires", "90d")
	account := w.realm.User(t, "service-account-"+clientID)
	spoil := func() {
		w.realm.Grant(w.t, account, "orders-api:cancel")
		w.realm.Ungrant(w.t, account, "realm:user")
		id, _ := w.realm.Client(w.t, clientID)["id"].(string)
		w.realm.Must(w.t, "PUT", "/clients/"+id, map[string]any{"clientId": clientID, "standardFlowEnabled": true}, nil)
	}
	spoil()
	calls := w.calls("sync", "grace/ci")
	w.each(calls, func(a accident, n int, _ string) {
		spoil()
		a.befall(w, n, "sync", "grace/ci")
		if w.realm.Client(w.t, clientID) == nil {
			w.t.Error("the client is gone")
		}
		w.must(0, "sync", "grace/ci")
		w.must(0, "sync", "grace/ci", "--check")
		w.owned("grace", clientID)
	})
	w.must(0, "token", "grace/ci", "--no-cache")
}

// owned demands that a client has a record, and no role that its owner lacks.
func (w *workshop) owned(owner, clientID string) {
	w.t.Helper()
	attrs, _ := w.realm.Client(w.t, clientID)["attributes"].(map[string]any)
	if attrs["apitok.version"] != "1" || attrs["apitok.owner"] != owner {
		w.t.Errorf("its record is %v", attrs)
	}
	owners := w.realm.EffectiveRoles(w.t, w.realm.User(w.t, owner))
	for _, role := range w.realm.EffectiveRoles(w.t, w.realm.User(w.t, "service-account-"+clientID)) {
		if !slices.Contains(owners, role) {
			w.t.Errorf("it has %s, which its owner lacks", role)
		}
	}
}
