package apitok

import (
	"context"
	"slices"
)

// holdings is what an owner has in the realm, seen as Keycloak keeps it: roles
// given directly and groups joined directly.
type holdings struct {
	*atlas
	user   User
	gone   bool
	roles  []Role
	groups []Group
}

// holdingsOf returns what a user has; one who does not exist is gone.
func (m *atlas) holdingsOf(ctx context.Context, userID string) (*holdings, error) {
	if known := m.owners[userID]; known != nil {
		return known, nil
	}
	h, err := m.lookUp(ctx, userID)
	if NotFound.Is(err) {
		h, err = &holdings{atlas: m, gone: true}, nil
	}
	if err != nil {
		return nil, err
	}
	m.owners[userID] = h
	return h, nil
}

func (m *atlas) lookUp(ctx context.Context, userID string) (*holdings, error) {
	user, err := m.dir.UserByID(ctx, userID)
	if err != nil {
		return nil, err
	}
	roles, err := m.dir.UserRoles(ctx, userID)
	if err != nil {
		return nil, err
	}
	groups, err := m.dir.UserGroups(ctx, userID)
	return &holdings{atlas: m, user: user, roles: roles, groups: groups}, err
}

// effective returns all that the owner has: the roles given, those of the groups
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

// administers tells whether the owner has power over Keycloak itself.
func (h *holdings) administers(ctx context.Context) (bool, error) {
	all, err := h.effective(ctx)
	return slices.ContainsFunc(all, h.administrative), err
}
