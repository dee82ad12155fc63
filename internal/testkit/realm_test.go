package testkit

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everybody is what the default role brings.
var everybody = []string{
	"account:manage-account", "account:manage-account-links", "account:view-profile",
	"realm:offline_access", "realm:uma_authorization", "realm:user",
}

// backOffice is what the composite back-office brings, composites in it included.
var backOffice = []string{
	"billing-api:clerk", "billing-api:read", "orders-api:read", "orders-api:write",
	"realm:back-office", "realm:report-reader", "realm:report-writer", "realm:reports",
}

// TestDemoRealm compares what each user can do, by the server's own account, with what the realm file is meant to say.
func TestDemoRealm(t *testing.T) {
	r := Keycloak(t).Realm(t)
	var sites []string
	for i := range 60 {
		sites = append(sites, fmt.Sprintf("realm:site-%02d", i+1))
	}
	for _, tc := range []struct {
		user   string
		groups []string
		roles  []string // beside everybody's
	}{
		{"alice", []string{"/engineering/backend"}, append(slices.Clone(backOffice), "realm:engineer", "billing-api:refund", "orders-api:cancel")},
		{"bob", []string{"/engineering/backend/on-call", "/sales"}, []string{
			"realm:engineer", "realm:pager", "realm:seller", "billing-api:read",
			"orders-api:admin", "orders-api:cancel", "orders-api:read", "orders-api:write"}},
		{"carol", nil, append(slices.Clone(backOffice), "orders-api:admin", "orders-api:cancel")},
		{"dave", []string{"/sales"}, []string{"realm:report-reader", "realm:seller", "billing-api:read", "orders-api:read"}},
		{"erin", nil, []string{"realm:Bücher lesen", "realm:team/a b", "realm:日本語", "orders-api:reports/monthly view"}},
		{"frank", nil, sites},
		{"grace", nil, nil},
		{"heidi@example.com", []string{"/sales/emea"}, []string{
			"realm:report-reader", "realm:report-writer", "realm:reports", "realm:seller", "billing-api:read", "orders-api:read"}},
	} {
		t.Run(tc.user, func(t *testing.T) {
			id := r.User(t, tc.user)
			want := append(append(slices.Clone(everybody), "realm:default-roles-"+r.Name), tc.roles...)
			slices.Sort(want)
			if diff := cmp.Diff(want, r.EffectiveRoles(t, id)); diff != "" {
				t.Errorf("effective roles (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.groups, r.Groups(t, id)); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
		})
	}
	if roles := r.EffectiveRoles(t, r.User(t, "mallory")); !slices.Contains(roles, "realm-management:manage-users") {
		t.Errorf("mallory is no administrator: %v", roles)
	}
}

// TestDemoRealmFile imports the file as it is, which is what the demo does.
func TestDemoRealmFile(t *testing.T) {
	s := Keycloak(t)
	whole := map[string]any{}
	decode(t, "realm.json", DemoRealm(), &whole)
	const name = "demo-file"
	whole["realm"] = name
	if status, _, body := s.do(t, http.MethodPost, "", whole); status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	r := &Realm{Name: name, URL: s.URL, server: s}
	t.Cleanup(func() { r.remove(t) })
	logIn(t, r, "alice", "alice-password")
}

// TestRealm has one realm for what a Realm can be asked to do.
func TestRealm(t *testing.T) {
	r := Keycloak(t).Realm(t)
	for name, test := range map[string]func(*testing.T, *Realm){
		"passwords": testPasswords, "operator": testOperator, "grant": testGrant,
	} {
		t.Run(name, func(t *testing.T) { test(t, r) })
	}
}

func testPasswords(t *testing.T, r *Realm) {
	logIn(t, r, "alice", "alice-password")
	logIn(t, r, "heidi@example.com", "heidi-password")
	if _, err := r.token(t.Context(), password("grace", "wrong")); err == nil {
		t.Error("any password will do")
	}
	if _, err := r.token(t.Context(), password("dave", "dave-password")); err == nil {
		t.Error("dave is not disabled")
	}
}

func logIn(t *testing.T, r *Realm, username, secret string) {
	t.Helper()
	if _, err := r.token(t.Context(), password(username, secret)); err != nil {
		t.Errorf("%s: %v", username, err)
	}
}

func password(username, secret string) url.Values {
	return url.Values{"grant_type": {"password"}, "client_id": {"admin-cli"}, "username": {username}, "password": {secret}}
}

func TestRealmNamed(t *testing.T) {
	r := Keycloak(t).RealmNamed(t, "Größe und Maß")
	if r.User(t, "alice") == "" {
		t.Error("no alice")
	}
	id, secret := r.Operator(t)
	if r.Token(t, id, secret) == "" {
		t.Error("no token")
	}
}

// TestManyRealms makes realms at once, as the tests of several packages do.
func TestManyRealms(t *testing.T) {
	s := Keycloak(t)
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			r := s.Realm(t)
			r.Must(t, http.MethodGet, "/clients?max=1", nil, nil)
		})
	}
}

func testOperator(t *testing.T, r *Realm) {
	id, secret := r.Operator(t, "view-users", "manage-clients")
	want := []string{"realm-management:manage-clients", "realm-management:view-users"}
	if diff := cmp.Diff(want, r.DirectRoles(t, r.User(t, "service-account-"+id))); diff != "" {
		t.Errorf("direct roles (-want +got):\n%s", diff)
	}
	token := r.Token(t, id, secret)
	for path, want := range map[string]int{"/users": 200, "/events": 403} {
		status, _, _, err := send(t.Context(), http.MethodGet, r.URL+"/admin/realms/"+r.Name+path, token, nil)
		if err != nil || status != want {
			t.Errorf("GET %s: %d %v, want %d", path, status, err, want)
		}
	}
}

func testGrant(t *testing.T, r *Realm) {
	erin := r.User(t, "erin")
	before := r.DirectRoles(t, erin)
	r.Ungrant(t, erin, "realm:team/a b")
	r.Ungrant(t, erin, "orders-api:reports/monthly view")
	if got := r.DirectRoles(t, erin); len(got) != len(before)-2 {
		t.Errorf("after taking two of %v away: %v", before, got)
	}
	r.Grant(t, erin, "realm:team/a b")
	r.Grant(t, erin, "orders-api:reports/monthly view")
	if diff := cmp.Diff(before, r.DirectRoles(t, erin)); diff != "" {
		t.Errorf("given back (-want +got):\n%s", diff)
	}
}
