package apitok

import (
	"context"
	"slices"
)

// grants is what a credential's service account is given.
type grants struct {
	// Roles are given by name, Groups joined.
	Roles  []Role
	Groups []Group
	// LeftOut are roles of the owner that the credential does not get because
	// they give power over Keycloak, Lacking names that the owner does not have.
	LeftOut []Role
	Lacking []string
}

// A granter decides what a credential is given of its owner's holdings.
type granter struct {
	*holdings
	record   Record
	fallback Role // the realm's default role
	grants   grants
	seen     map[string]bool
}

// grantsOf works out what a record gives of what its owner has now.
func (h *holdings) grantsOf(ctx context.Context, record Record) (grants, error) {
	fallback, err := h.defaultRole(ctx)
	if err != nil {
		return grants{}, err
	}
	g := &granter{holdings: h, record: record, fallback: fallback, seen: map[string]bool{}}
	switch record.Roles {
	case Mirror:
		err = g.mirror(ctx)
	case Named:
		err = g.named(ctx)
	default:
		err = g.subset(ctx)
	}
	g.grants.Roles = sortRoles(g.grants.Roles)
	g.grants.LeftOut = sortRoles(g.grants.LeftOut)
	return g.grants, err
}

// mirror gives what the owner has. Groups are joined and composite roles given
// whole, so that a role added to one flows by itself; one that holds what the
// credential must not have is taken apart and the rest given by name.
func (g *granter) mirror(ctx context.Context) error {
	if err := g.joinAll(ctx); err != nil {
		return err
	}
	if err := g.giveAll(ctx, g.roles); err != nil {
		return err
	}
	return g.subset(ctx) // Keycloak's own roles, where they are asked for by name
}

func (g *granter) joinAll(ctx context.Context) error {
	for _, group := range g.groups {
		if err := g.join(ctx, group); err != nil {
			return err
		}
	}
	return nil
}

func (g *granter) join(ctx context.Context, group Group) error {
	roles, err := g.rolesOfMembers(ctx, group)
	if err != nil {
		return err
	}
	banned, err := g.holds(ctx, g.banned, roles...)
	if err != nil {
		return err
	}
	if !banned {
		g.grants.Groups = append(g.grants.Groups, group)
		return nil
	}
	return g.giveAll(ctx, roles)
}

func (g *granter) give(ctx context.Context, role Role) error {
	if g.seen[role.ID] || role.ownedByKeycloak() || g.excepted(role) {
		return nil
	}
	g.seen[role.ID] = true
	banned, err := g.holds(ctx, g.banned, role)
	if err != nil {
		return err
	}
	if !banned && role.ID != g.fallback.ID {
		g.grants.Roles = append(g.grants.Roles, role)
		return nil
	}
	admin, err := g.holds(ctx, g.admin, role)
	if err != nil {
		return err
	}
	if admin {
		g.grants.LeftOut = append(g.grants.LeftOut, role)
	}
	parts, err := g.madeOf(ctx, role)
	if err != nil {
		return err
	}
	return g.giveAll(ctx, parts)
}

func (g *granter) giveAll(ctx context.Context, roles []Role) error {
	for _, role := range roles {
		if err := g.give(ctx, role); err != nil {
			return err
		}
	}
	return nil
}

// holds tells whether one of the roles, or of what they are made of, is such.
func (m *atlas) holds(ctx context.Context, such func(Role) bool, roles ...Role) (bool, error) {
	all, err := m.reach(ctx, roles...)
	return slices.ContainsFunc(all, such), err
}

// administrative tells whether a role gives power over Keycloak itself.
func (m *atlas) administrative(r Role) bool { return r.administrative(m.realm) }

// admin tells whether a role must not be given for its power over Keycloak.
func (g *granter) admin(r Role) bool {
	return !g.record.AllowAdmin && g.administrative(r)
}

func (g *granter) excepted(r Role) bool {
	return slices.Contains(g.record.Except, r.String())
}

// banned tells whether a role must not come along with a group or a composite.
func (g *granter) banned(r Role) bool {
	return r.ownedByKeycloak() || g.admin(r) || g.excepted(r)
}
