package apitok

import (
	"context"
	"slices"
)

// An atlas is what is known of a realm's roles, groups and client scopes, each
// asked for once. It serves one pass over any number of credentials and is stale
// afterwards.
type atlas struct {
	dir   Directory
	realm string
	// parts and members hold the roles a composite is made of, and the roles that
	// members of a group get, by id.
	parts   map[string][]Role
	members map[string][]Role
	// owners holds what users have, by id.
	owners map[string]*holdings
	// The rest is nil until it was asked for.
	scopes    *[]ClientScope
	newClient *newClientScopes
	fallback  *Role
	rotation  *RotationPolicy
}

// newClientScopes are the names of the client scopes that the realm gives to a new
// client.
type newClientScopes struct{ always, onRequest []string }

func (a *Admin) newAtlas() *atlas {
	return &atlas{dir: a.Directory, realm: a.Realm.Name, parts: map[string][]Role{}, members: map[string][]Role{}, owners: map[string]*holdings{}}
}

// remember returns what was asked before, or asks.
func remember[T any](ctx context.Context, known **T, ask func(context.Context) (T, error)) (T, error) {
	if *known == nil {
		answer, err := ask(ctx)
		if err != nil {
			return answer, err
		}
		*known = &answer
	}
	return **known, nil
}

// defaultRole returns the role that the realm gives to every new account.
func (m *atlas) defaultRole(ctx context.Context) (Role, error) {
	return remember(ctx, &m.fallback, m.dir.DefaultRole)
}

// clientScopes returns the realm's client scopes.
func (m *atlas) clientScopes(ctx context.Context) ([]ClientScope, error) {
	return remember(ctx, &m.scopes, m.dir.ClientScopes)
}

// scopesOfNewClients returns the client scopes that the realm gives to a new client.
func (m *atlas) scopesOfNewClients(ctx context.Context) (newClientScopes, error) {
	return remember(ctx, &m.newClient, func(ctx context.Context) (newClientScopes, error) {
		always, onRequest, err := m.dir.NewClientScopes(ctx)
		return newClientScopes{always, onRequest}, err
	})
}

// secretRotation returns the realm's policy about old secrets.
func (m *atlas) secretRotation(ctx context.Context) (RotationPolicy, error) {
	return remember(ctx, &m.rotation, m.dir.SecretRotation)
}

// scope returns the client scope of that name.
func (m *atlas) scope(ctx context.Context, name string) (ClientScope, bool, error) {
	scopes, err := m.clientScopes(ctx)
	i := slices.IndexFunc(scopes, func(s ClientScope) bool { return s.Name == name })
	if err != nil || i < 0 {
		return ClientScope{}, false, err
	}
	return scopes[i], true, nil
}

// reach returns the roles given and everything that they are made of.
func (m *atlas) reach(ctx context.Context, given ...Role) ([]Role, error) {
	seen := map[string]bool{}
	var all []Role
	for len(given) > 0 {
		role := given[0]
		given = given[1:]
		if seen[role.ID] {
			continue
		}
		seen[role.ID] = true
		all = append(all, role)
		parts, err := m.madeOf(ctx, role)
		if err != nil {
			return nil, err
		}
		given = append(given, parts...)
	}
	return all, nil
}

func (m *atlas) madeOf(ctx context.Context, role Role) ([]Role, error) {
	if !role.Composite {
		return nil, nil
	}
	if parts, known := m.parts[role.ID]; known {
		return parts, nil
	}
	parts, err := m.dir.Composites(ctx, role)
	if err != nil {
		return nil, err
	}
	m.parts[role.ID] = parts
	return parts, nil
}

// rolesOfMembers returns the roles that a group's members get from it and from
// the groups above it.
func (m *atlas) rolesOfMembers(ctx context.Context, group Group) ([]Role, error) {
	if roles, known := m.members[group.ID]; known {
		return roles, nil
	}
	roles, err := m.dir.GroupRoles(ctx, group.ID)
	if err != nil {
		return nil, err
	}
	if group.ParentID != "" {
		parent, err := m.dir.Group(ctx, group.ParentID)
		if err != nil {
			return nil, err
		}
		inherited, err := m.rolesOfMembers(ctx, parent)
		if err != nil {
			return nil, err
		}
		roles = slices.Concat(roles, inherited)
	}
	m.members[group.ID] = roles
	return roles, nil
}
