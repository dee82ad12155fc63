package apitok

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// realmRoles stands before the colon of a realm role's name.
const realmRoles = "realm"

// accountClient is the id of the client whose roles are those of Keycloak's account
// pages.
const accountClient = "account"

// A RoleName names a role: CLIENT:ROLE for a client's, realm:ROLE for a realm's.
type RoleName struct {
	// Client is the client id, "" for a realm role.
	Client string
	// Name is the role's name.
	Name string
}

// ParseRoleName reads CLIENT:ROLE or realm:ROLE. The last colon splits, since a
// client id may be a URL. It returns an [*Error] of kind Usage.
func ParseRoleName(text string) (RoleName, error) {
	i := strings.LastIndexByte(text, ':')
	if i < 1 || i == len(text)-1 {
		return RoleName{}, &Error{Kind: Usage, Message: quote(text) + " does not name a role",
			Hint: "write CLIENT:ROLE for a client's role, realm:ROLE for a realm role"}
	}
	if text[:i] == realmRoles {
		return RoleName{Name: text[i+1:]}, nil
	}
	return RoleName{Client: text[:i], Name: text[i+1:]}, nil
}

// String returns CLIENT:ROLE or realm:ROLE.
func (n RoleName) String() string {
	return cmp.Or(n.Client, realmRoles) + ":" + n.Name
}

// A Role is a Keycloak role.
type Role struct {
	RoleName
	// ID is Keycloak's own id of the role, ClientUUID that of its client.
	ID, ClientUUID string
	// Composite tells that it is made of other roles too.
	Composite bool
}

// RolesOf groups roles by the client they belong to, realm roles under "".
func RolesOf(roles []Role) map[string][]Role {
	groups := map[string][]Role{}
	for _, role := range roles {
		groups[role.ClientUUID] = append(groups[role.ClientUUID], role)
	}
	return groups
}

// ownedByKeycloak tells whether the role is one that Keycloak gives to people for
// its own account pages and offline sessions, of no use to a machine.
func (n RoleName) ownedByKeycloak() bool {
	return n.Client == accountClient || n.Client == "" && (n.Name == "offline_access" || n.Name == "uma_authorization")
}

// administrative tells whether the role gives power over Keycloak itself: any
// role of realm-management, and in the master realm those over other realms.
func (n RoleName) administrative(realm string) bool {
	if n.Client == "realm-management" {
		return true
	}
	if realm != "master" {
		return false
	}
	return strings.HasSuffix(n.Client, "-realm") || n.Client == "" && (n.Name == "admin" || n.Name == "create-realm")
}

func sortRoles(roles []Role) []Role {
	slices.SortFunc(roles, func(a, b Role) int { return strings.Compare(a.String(), b.String()) })
	return slices.CompactFunc(roles, func(a, b Role) bool { return a.ID == b.ID })
}

// summary names roles, or only counts those of a client when they are many.
func summary(roles []Role) string {
	const many = 5
	groups := RolesOf(roles)
	var list []string
	for _, client := range slices.Sorted(maps.Keys(groups)) {
		group := groups[client]
		if len(group) > many {
			list = append(list, fmt.Sprintf("%d roles of %s", len(group), cmp.Or(group[0].Client, "the realm")))
			continue
		}
		for _, role := range group {
			list = append(list, role.String())
		}
	}
	return strings.Join(list, ", ")
}
