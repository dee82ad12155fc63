package cli_test

import (
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// byExchangeV1 is a workshop with a credential that may act as alice by permissions of
// version 1.
func byExchangeV1(t *testing.T, kind *testkit.Kind) *workshop {
	t.Parallel()
	w := impersonationWorkshopAt(t, testkit.KeycloakOf(t, kind), "manage-clients", "manage-users", "manage-realm", "manage-authorization")
	w.must(0, append(impersonationArgs, "--via", "exchange-v1")...)
	return w
}

// refused demands that nobody gets a token of alice, and that one that came was revoked.
func (w *workshop) refused(says string, args ...string) {
	w.t.Helper()
	w.proxy.Reset()
	w.says(4, says, append([]string{"impersonate", "alice", "--as", "@support/desk"}, args...)...)
	if asked := w.proxy.Requests(); !strings.HasSuffix(asked[len(asked)-1], "/revoke") {
		w.t.Errorf("the token was not revoked: %v", asked)
	}
}

// TestImpersonationOfTheDisabled: Keycloak 26.3 gives tokens of disabled users, which are of
// no use and may not be had, with or without --allow-admin.
func TestImpersonationOfTheDisabled(t *testing.T) {
	w := byExchangeV1(t, testkit.HowTo())
	w.must(0, "impersonate", "alice", "--as", "@support/desk", "--via", "exchange-v1")
	w.realm.Must(t, "PUT", "/users/"+w.realm.User(t, "alice"), map[string]any{"enabled": false}, nil)
	const says = `"alice" is disabled, or no longer there: the token was revoked`
	for _, via := range []string{"exchange-v1", "exchange-v2-permissions"} {
		w.refused(says, "--via", via)
		w.refused(says, "--via", via, "--allow-admin")
	}
	w.says(0, "\talice\texchange-v1\trefused\t\t"+says, "audit", "--impersonations", "--local")
}

// TestImpersonationOfAdministratorsV1: a permission of version 1 over users, a client or a
// group makes an administrator of who has no role. That alice may be impersonated does not,
// nor that the client may impersonate.
func TestImpersonationOfAdministratorsV1(t *testing.T) {
	w := byExchangeV1(t, testkit.LegacyV1())
	permissions := "/clients/" + w.id("realm-management") + "/authz/resource-server"
	var policy, group struct{ ID string }
	w.realm.Must(t, "POST", permissions+"/policy/user", map[string]any{"name": "alice", "users": []string{w.realm.User(t, "alice")}}, &policy)
	w.realm.Must(t, "GET", "/group-by-path/sales", nil, &group)
	for managed, scopes := range map[string][]string{
		"/users-management-permissions":                              {"view", "manage", "map-roles"},
		"/clients/" + w.id("orders-api") + "/management/permissions": {"manage", "map-roles"},
		"/groups/" + group.ID + "/management/permissions":            {"manage-members"},
	} {
		var ids struct{ ScopePermissions map[string]string }
		w.realm.Must(t, "PUT", managed, map[string]any{"enabled": true}, &ids)
		for _, scope := range scopes {
			path := permissions + "/permission/scope/" + ids.ScopePermissions[scope]
			var permission map[string]any
			w.realm.Must(t, "GET", path, nil, &permission)
			permission["policies"] = []string{policy.ID}
			w.realm.Must(t, "PUT", path, permission, nil)
			w.refused(`"alice" is an administrator: the token was revoked`, "--via", "exchange-v1")
			w.must(0, "impersonate", "alice", "--as", "@support/desk", "--via", "exchange-v1", "--allow-admin")
			permission["policies"] = []string{}
			w.realm.Must(t, "PUT", path, permission, nil)
			w.must(0, "impersonate", "alice", "--as", "@support/desk", "--via", "exchange-v1")
		}
	}
}

// TestImpersonationOfAdministratorsV2: a permission of version 2 that shows all users,
// groups or clients makes an administrator of who has no role.
func TestImpersonationOfAdministratorsV2(t *testing.T) {
	w := impersonationWorkshop(t)
	w.must(0, impersonationArgs...)
	w.realm.Must(t, "PUT", "", map[string]any{"adminPermissionsEnabled": true}, nil)
	permissions := "/clients/" + w.id("admin-permissions") + "/authz/resource-server"
	w.realm.Must(t, "POST", permissions+"/policy/user", map[string]any{"name": "alice", "users": []string{w.realm.User(t, "alice")}}, nil)
	for _, kind := range []string{"Users", "Groups", "Clients"} {
		w.must(0, "impersonate", "alice", "--as", "@support/desk")
		var permission struct{ ID string }
		w.realm.Must(t, "POST", permissions+"/permission/scope",
			map[string]any{"name": "seen by alice", "resourceType": kind, "scopes": []string{"view"}, "policies": []string{"alice"}}, &permission)
		w.refused(`"alice" is an administrator: the token was revoked`)
		w.must(0, "impersonate", "alice", "--as", "@support/desk", "--allow-admin")
		w.realm.Must(t, "DELETE", permissions+"/permission/scope/"+permission.ID, nil, nil)
	}
}

// TestDoctorOfPermissionsByHand: doctor names who may impersonate whom by the permissions of
// version 1, also where setup did not give them.
func TestDoctorOfPermissionsByHand(t *testing.T) {
	t.Parallel()
	w := impersonationWorkshopAt(t, testkit.KeycloakOf(t, testkit.LegacyV1()), "realm-admin")
	const byHand = "\timpersonation, exchange-v1\tby hand, "
	permissions := "/clients/" + w.id("realm-management") + "/authz/resource-server"
	var ids struct{ ScopePermissions map[string]string }
	w.realm.Must(t, "PUT", "/users-management-permissions", map[string]any{"enabled": true}, &ids)
	if _, said := w.run("doctor"); strings.Contains(said, byHand) {
		t.Errorf("of nothing made by hand doctor says %q", said)
	}
	give := func(scope string, policy map[string]any, kind string) {
		w.realm.Must(t, "POST", permissions+"/policy/"+kind, policy, nil)
		path := permissions + "/permission/scope/" + ids.ScopePermissions[scope]
		var permission map[string]any
		w.realm.Must(t, "GET", path, nil, &permission)
		permission["policies"] = []any{policy["name"]}
		w.realm.Must(t, "PUT", path, permission, nil)
	}
	give("impersonate", map[string]any{"name": "desk", "clients": []string{w.id("orders-api")}}, "client")
	w.says(0, byHand+`"admin-impersonating.permission.users" lets client orders-api impersonate everyone`, "doctor")
	give("user-impersonated", map[string]any{"name": "whom", "users": []string{w.realm.User(t, "alice")}}, "user")
	w.says(0, byHand+`"admin-impersonating.permission.users" lets client orders-api impersonate user alice`, "doctor")
}

// TestDoctorOfUsersByHand: of a permission of version 2 it names the users that it is over.
func TestDoctorOfUsersByHand(t *testing.T) {
	t.Parallel()
	w := impersonationWorkshopAt(t, testkit.KeycloakOf(t, testkit.Legacy()), "realm-admin")
	w.realm.Must(t, "PUT", "", map[string]any{"adminPermissionsEnabled": true}, nil)
	permissions := "/clients/" + w.id("admin-permissions") + "/authz/resource-server"
	w.realm.Must(t, "POST", permissions+"/policy/client", map[string]any{"name": "desk", "clients": []string{w.id("orders-api")}}, nil)
	w.realm.Must(t, "POST", permissions+"/permission/scope", map[string]any{"name": "some", "resourceType": "Users",
		"resources": []string{w.realm.User(t, "alice")}, "scopes": []string{"impersonate"}, "policies": []string{"desk"}}, nil)
	w.says(0, "\timpersonation, exchange-v2-permissions\tby hand, \"some\" lets client orders-api impersonate user alice", "doctor")
	w.realm.Must(t, "DELETE", "/clients/"+w.id("orders-api"), nil, nil)
	w.says(0, "\tby hand, \"some\" lets nobody impersonate user alice", "doctor")
}

// id is Keycloak's own id of a client.
func (w *workshop) id(clientID string) string {
	id, _ := w.realm.Client(w.t, clientID)["id"].(string) // every client has one
	return id
}
