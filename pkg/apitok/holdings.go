package apitok

import (
	"context"
	"slices"
)

// holdings is what a user has in the realm, seen as Keycloak keeps it: roles
// given directly, groups joined directly, and what these hold in turn.
type holdings struct {
	dir    Directory
	roles  []Role
	groups []Group
	// parts and members remember what was asked: the roles a composite is made
	// of, and the roles that members of a group get, by id.
	parts   map[string][]Role
	members map[string][]Role
}

func lookUpHoldings(ctx context.Context, dir Directory, userID string) (*holdings, error) {
	roles, err := dir.UserRoles(ctx, userID)
	if err != nil {
		return nil, err
	}
	groups, err := dir.UserGroups(ctx, userID)
	if err != nil {
		return nil, err
	}
	return &holdings{dir: dir, roles: roles, groups: groups,
		parts: map[string][]Role{}, members: map[string][]Role{}}, nil
}

// effective returns all that the user has: the roles given, those of the groups
// and of their parents, and everything these are made of.
func (h *holdings) effective(ctx context.Context) ([]Role, error) {
	given := slices.Clone(h.roles)
	for _, group := range h.groups {
		roles, err := h.rolesOfMembers(ctx, group)
		if err != nil {
			return nil, err
		}
		given = append(given, roles...)
	}
	return h.reach(ctx, given...)
}

// reach returns the roles given and everything that they are made of.
func (h *holdings) reach(ctx context.Context, given ...Role) ([]Role, error) {
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
		parts, err := h.madeOf(ctx, role)
		if err != nil {
			return nil, err
		}
		given = append(given, parts...)
	}
	return all, nil
}

func (h *holdings) madeOf(ctx context.Context, role Role) ([]Role, error) {
	if !role.Composite {
		return nil, nil
	}
	if parts, known := h.parts[role.ID]; known {
		return parts, nil
	}
	parts, err := h.dir.Composites(ctx, role)
	if err != nil {
		return nil, err
	}
	h.parts[role.ID] = parts
	return parts, nil
}

// rolesOfMembers returns the roles that a group's members get from it and from
// the groups above it.
func (h *holdings) rolesOfMembers(ctx context.Context, group Group) ([]Role, error) {
	if roles, known := h.members[group.ID]; known {
		return roles, nil
	}
	roles, err := h.dir.GroupRoles(ctx, group.ID)
	if err != nil {
		return nil, err
	}
	if group.ParentID != "" {
		parent, err := h.dir.Group(ctx, group.ParentID)
		if err != nil {
			return nil, err
		}
		inherited, err := h.rolesOfMembers(ctx, parent)
		if err != nil {
			return nil, err
		}
		roles = slices.Concat(roles, inherited)
	}
	h.members[group.ID] = roles
	return roles, nil
}
