package apitok

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestExpiryHeldBy(t *testing.T) {
	end := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	never, late := time.Time{}, time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		expires, limit time.Time
		enabled        bool
		want           ExpiryHolder
	}{
		{never, never, true, ""},
		{end, end, true, HeldByServer},
		{end, end.Add(-time.Hour), true, HeldByServer},
		{end, end.Add(time.Second), true, HeldBySync},
		{end, never, true, HeldBySync},
		{end, never, false, HeldByServer},
		{late, never, true, HeldBySync},
	} {
		c := Credential{Record: Record{ExpiresAt: test.expires}, client: Client{Enabled: test.enabled, SecretExpires: test.limit}}
		if got := c.ExpiryHeldBy(); got != test.want {
			t.Errorf("%+v: %q", test, got)
		}
	}
	if got := serverLimit(late); !got.IsZero() {
		t.Errorf("the server would have to count to %v", got)
	}
	if got := serverLimit(end); !got.Equal(end) {
		t.Errorf("the limit of %v is %v", end, got)
	}
}

// TestAffected: events name the owners and clients to look at, or everything where a
// group, a role or the realm was changed; and each counts once.
func TestAffected(t *testing.T) {
	w := &watch{seen: map[AdminEvent]bool{}}
	at := time.Unix(1, 0)
	event := func(resource string) AdminEvent { return AdminEvent{At: at, Operation: "UPDATE", Resource: resource} }
	for _, test := range []struct {
		resource string
		want     affected
	}{
		{"users/u1", affected{ids: map[string]bool{"u1": true}}},
		{"users/u1/role-mappings/clients/c1", affected{ids: map[string]bool{"u1": true}}},
		{"users/u1/groups/g1", affected{ids: map[string]bool{"u1": true}}},
		{"clients/c1", affected{ids: map[string]bool{"c1": true}}},
		{"clients/c1/protocol-mappers/models/m1", affected{ids: map[string]bool{"c1": true}}},
		{"clients/c1/roles/admin/composites", affected{everything: true, ids: map[string]bool{}}},
		{"groups/g1/role-mappings/realm", affected{everything: true, ids: map[string]bool{}}},
		{"roles-by-id/r1/composites", affected{everything: true, ids: map[string]bool{}}},
		{"roles/manager", affected{everything: true, ids: map[string]bool{}}},
		{"client-scopes/s1", affected{everything: true, ids: map[string]bool{}}},
		{"", affected{everything: true, ids: map[string]bool{}}},
		{"identity-provider/instances/x", affected{ids: map[string]bool{}}},
	} {
		about, _ := w.affected([]AdminEvent{event(test.resource)})
		if diff := cmp.Diff(test.want, about, cmp.AllowUnexported(affected{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.resource, diff)
		}
	}
	again := event("users/u2")
	_, w.seen = w.affected([]AdminEvent{again})
	if got, _ := w.affected([]AdminEvent{again}); len(got.ids) > 0 {
		t.Errorf("an event counts twice: %v", got)
	}
}

func TestContested(t *testing.T) {
	b := &blueprint{claims: []Claim{{Name: "owner"}, {Name: "sub"}}}
	for _, test := range []struct {
		claims []string
		want   bool
	}{{nil, false}, {[]string{"email"}, false}, {[]string{"email", "sub"}, true}} {
		if got := b.contested(ClientScope{Claims: test.claims}); got != test.want {
			t.Errorf("%v: %v", test.claims, got)
		}
	}
}
