package cli_test

import (
	"slices"
	"strings"
	"testing"
)

// TestEditSurvivesEverything: whatever befalls an edit, the same edit run again ends
// as it should, and in between the credential has a record and no more roles than its
// owner.
func TestEditSurvivesEverything(t *testing.T) {
	w := newWorkshop(t)
	edit := func(ref string) []string {
		return []string{"edit", ref, "--role", "realm:user", "--audience", "billing-api", "--expires", "90d"}
	}
	w.must(0, "create", "grace/count", "--no-roles")
	calls := w.calls(edit("grace/count")...)
	w.each(calls, "grace", func(a accident, n int, ref string) {
		clientID := "apitok.grace." + strings.TrimPrefix(ref, "grace/")
		w.must(0, "create", ref, "--no-roles")
		a.befall(w, n, edit(ref)...)
		w.owned("grace", clientID)
		w.must(0, edit(ref)...)
		w.must(0, "sync", ref, "--check")
		w.must(0, "token", ref, "--no-cache", "--audience", "billing-api")
		if got := w.realm.EffectiveRoles(w.t, w.realm.User(w.t, "service-account-"+clientID)); !slices.Equal(got, []string{"realm:user"}) {
			w.t.Errorf("its roles are %v", got)
		}
	})
}

// TestSyncSurvivesEverything: whatever befalls a sync, the credential has a record and
// nothing that was not its owner's before or after, and the next sync mends it.
func TestSyncSurvivesEverything(t *testing.T) {
	w := newWorkshop(t)
	spoil := func(ref string) string {
		clientID := "apitok.grace." + strings.TrimPrefix(ref, "grace/")
		account := w.realm.User(w.t, "service-account-"+clientID)
		w.realm.Grant(w.t, account, "orders-api:cancel")
		w.realm.Ungrant(w.t, account, "realm:user")
		id, _ := w.realm.Client(w.t, clientID)["id"].(string)
		w.realm.Must(w.t, "PUT", "/clients/"+id, map[string]any{"clientId": clientID, "standardFlowEnabled": true}, nil)
		return clientID
	}
	create := func(ref string) { w.must(0, "create", ref, "--role", "realm:user", "--expires", "90d") }
	create("grace/count")
	spoil("grace/count")
	calls := w.calls("sync", "grace/count")
	w.each(calls, "grace", func(a accident, n int, ref string) {
		create(ref)
		clientID := spoil(ref)
		a.befall(w, n, "sync", ref)
		if w.realm.Client(w.t, clientID) == nil {
			w.t.Error("the client is gone")
		}
		w.must(0, "sync", ref)
		w.must(0, "sync", ref, "--check")
		w.owned("grace", clientID)
		w.must(0, "token", ref, "--no-cache")
	})
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
