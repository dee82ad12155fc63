package cli_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/apitok/apitok/internal/testkit"
)

// A randomRealm is made of roles that are made of each other, groups in groups, and
// users who have some of both, with Keycloak's own and administrative roles mixed in.
type randomRealm struct {
	rand *rand.Rand
	// roles names them; a role is made of some of those before it.
	roles  []string
	parts  map[string][]string
	groups []string // paths
	users  []string
}

// keycloakRoles are roles that a mirror must not give.
var keycloakRoles = []string{"realm:offline_access", "account:manage-account", "realm-management:view-users", "realm-management:manage-clients"}

func newRandomRealm(seed uint64) *randomRealm {
	r := &randomRealm{rand: rand.New(rand.NewPCG(seed, 0)), parts: map[string][]string{}}
	for n := range 14 {
		name := fmt.Sprintf("realm:r%d", n)
		if n%3 == 0 {
			name = fmt.Sprintf("orders-api:c %d/x", n)
		}
		r.parts[name] = r.some(slices.Concat(r.roles, keycloakRoles), 0.12)
		r.roles = append(r.roles, name)
	}
	return r
}

// some chooses each of list with a probability.
func (r *randomRealm) some(list []string, probability float64) []string {
	return slices.DeleteFunc(slices.Clone(list), func(string) bool { return r.rand.Float64() >= probability })
}

// all are the roles of the realm that users and groups may have.
func (r *randomRealm) all() []string { return slices.Concat(r.roles, keycloakRoles) }

// byOwner splits role names into those of the realm and those of clients.
func byOwner(roles []string) (realm []string, clients map[string][]string) {
	clients = map[string][]string{}
	for _, role := range roles {
		owner, name, _ := strings.Cut(role, ":")
		if owner == "realm" {
			realm = append(realm, name)
			continue
		}
		clients[owner] = append(clients[owner], name)
	}
	return realm, clients
}

// addTo adds it to a realm's representation.
func (r *randomRealm) addTo(realm map[string]any) {
	var realmRoles []any
	clientRoles := map[string][]any{}
	for _, role := range r.roles {
		parts, clients := byOwner(r.parts[role])
		owner, name, _ := strings.Cut(role, ":")
		one := map[string]any{"name": name, "composite": len(r.parts[role]) > 0, "composites": map[string]any{"realm": parts, "client": clients}}
		if owner == "realm" {
			realmRoles = append(realmRoles, one)
		} else {
			clientRoles[owner] = append(clientRoles[owner], one)
		}
	}
	var groups, users []any
	for n := range 3 {
		groups = append(groups, r.group(fmt.Sprintf("/g%d", n), 2))
	}
	for n := range 5 {
		given, clients := byOwner(r.some(r.all(), 0.1))
		name := fmt.Sprintf("random-%d", n)
		r.users = append(r.users, name)
		users = append(users, map[string]any{"username": name, "enabled": true, "realmRoles": append(given, "default-roles-"+fmt.Sprint(realm["realm"])), "clientRoles": clients, "groups": r.some(r.groups, 0.15)})
	}
	roles := realm["roles"].(map[string]any)
	roles["realm"] = append(roles["realm"].([]any), realmRoles...)
	clients := roles["client"].(map[string]any)
	for client, list := range clientRoles {
		before, _ := clients[client].([]any)
		clients[client] = append(before, list...)
	}
	realm["groups"] = append(realm["groups"].([]any), groups...)
	realm["users"] = append(realm["users"].([]any), users...)
}

func (r *randomRealm) group(path string, depth int) map[string]any {
	r.groups = append(r.groups, path)
	realm, clients := byOwner(r.some(r.all(), 0.08))
	var below []any
	for n := range depth {
		below = append(below, r.group(fmt.Sprintf("%s/s%d", path, n), depth-1))
	}
	return map[string]any{"name": path[strings.LastIndexByte(path, '/')+1:], "realmRoles": realm, "clientRoles": clients, "subGroups": below}
}

// mirrored is what a mirror gives of effective roles: not Keycloak's own, nor those
// made of them.
func (r *randomRealm) mirrored(effective []string, realm *testkit.Realm) []string {
	return slices.DeleteFunc(slices.Clone(effective), func(role string) bool {
		return strings.HasPrefix(role, "account:") || strings.HasPrefix(role, "realm-management:") ||
			role == "realm:offline_access" || role == "realm:uma_authorization" || role == "realm:default-roles-"+realm.Name ||
			r.madeOfKeycloaks(role)
	})
}

func (r *randomRealm) madeOfKeycloaks(role string) bool {
	return slices.ContainsFunc(r.parts[role], func(part string) bool {
		return slices.Contains(keycloakRoles, part) || r.madeOfKeycloaks(part)
	})
}
