package cli_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/internal/testkit"
)

// TestMirrorsAnyRealm: whatever roles and groups a realm is made of, a credential has
// what its owner has, less what is Keycloak's own; and after whatever happens to the
// owners, sync makes it so again.
func TestMirrorsAnyRealm(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			r := newRandomRealm(seed)
			w := newWorkshopAt(t, testkit.Keycloak(t).RealmWith(t, r.addTo))
			for _, user := range r.users {
				w.must(0, "create", user+"/ci")
			}
			w.mirrored(r)
			w.must(0, "sync", "--all", "--check")
			w.shuffle(r)
			w.must(0, "sync", "--all")
			w.mirrored(r)
			w.must(0, "sync", "--all", "--check")
		})
	}
}

// mirrored demands of every user's credential what TestMirrorsAnyRealm says.
func (w *workshop) mirrored(r *randomRealm) {
	w.t.Helper()
	for _, user := range r.users {
		want := r.mirrored(w.realm.EffectiveRoles(w.t, w.realm.User(w.t, user)), w.realm)
		got := w.realm.EffectiveRoles(w.t, w.realm.User(w.t, "service-account-apitok."+user+".ci"))
		if !slices.Equal(want, got) {
			w.t.Errorf("roles of %s (-owner +credential):\n%s", user, cmp.Diff(want, got))
		}
	}
}

// shuffle gives and takes roles and groups at random.
func (w *workshop) shuffle(r *randomRealm) {
	for _, user := range r.users {
		id := w.realm.User(w.t, user)
		for _, role := range r.some(r.all(), 0.1) {
			w.realm.Grant(w.t, id, role)
		}
		for _, role := range r.some(w.realm.DirectRoles(w.t, id), 0.5) {
			w.realm.Ungrant(w.t, id, role)
		}
		for _, group := range r.some(r.groups, 0.2) {
			var found struct{ ID string }
			w.realm.Must(w.t, "GET", "/group-by-path"+group, nil, &found)
			w.realm.Must(w.t, []string{"PUT", "DELETE"}[r.rand.IntN(2)], "/users/"+id+"/groups/"+found.ID, nil, nil)
		}
	}
}
