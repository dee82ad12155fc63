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
		return []string{"edit", ref, "--role", "orders-api:admin", "--audience", "billing-api", "--expires", "90d"}
	}
	w.must(0, "create", "bob/count", "--role", "realm:pager")
	calls := w.calls(edit("bob/count")...)
	w.each(calls, func(a accident, n int, ref string) {
		w.must(0, "create", ref, "--role", "realm:pager")
		a.befall(w, n, edit(ref)...)
		clientID := "apitok.bob." + strings.TrimPrefix(ref, "bob/")
		w.owned("bob", clientID)
		w.must(0, edit(ref)...)
		w.must(0, "sync", ref, "--check")
		w.must(0, "token", ref, "--no-cache", "--audience", "billing-api")
		if got := w.realm.EffectiveRoles(w.t, w.realm.User(w.t, "service-account-"+clientID)); !slices.Equal(got, []string{"orders-api:admin"}) {
			w.t.Errorf("its roles are %v", got)
		}
		w.must(0, "revoke", ref, "--yes")
	})
}

// TestSyncSurvivesEverything: whatever befalls a sync, the credential has a record and
// nothing that was not its owner's before or after, and the next sync mends it.
func TestSyncSurvivesEverything(t *testing.T) {
	w := newWorkshop(t)
	spoil := func(ref string) string {
		clientID := "apitok.bob." + strings.TrimPrefix(ref, "bob/")
		account := w.realm.User(w.t, "service-account-"+clientID)
		w.realm.Grant(w.t, account, "orders-api:cancel")
		w.realm.Ungrant(w.t, account, "realm:pager")
		id, _ := w.realm.Client(w.t, clientID)["id"].(string)
		w.realm.Must(w.t, "PUT", "/clients/"+id, map[string]any{"clientId": clientID, "standardFlowEnabled": true}, nil)
		return clientID
	}
	create := func(ref string) { w.must(0, "create", ref, "--role", "realm:pager", "--expires", "90d") }
	create("bob/count")
	spoil("bob/count")
	calls := w.calls("sync", "bob/count")
	w.each(calls, func(a accident, n int, ref string) {
		create(ref)
		clientID := spoil(ref)
		a.befall(w, n, "sync", ref)
		if w.realm.Client(w.t, clientID) == nil {
			w.t.Error("the client is gone")
		}
		w.must(0, "sync", ref)
		w.must(0, "sync", ref, "--check")
		w.owned("bob", clientID)
		w.must(0, "token", ref, "--no-cache")
		w.must(0, "revoke", ref, "--yes")
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
