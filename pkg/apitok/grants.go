package apitok

import (
	"context"
	"slices"
	"strings"
)

// Grants is what a credential's service account is given.
type Grants struct {
	// Roles are given by name, Groups joined.
	Roles  []Role
	Groups []Group
	// LeftOut are roles of the owner that the credential does not get because
	// they give power over Keycloak.
	LeftOut []Role
}

// A granter decides what a credential is given of its owner's holdings.
type granter struct {
	*holdings
	realm      string
	allowAdmin bool
	fallback   Role // the realm's default role
	grants     Grants
	seen       map[string]bool
}

func newGranter(ctx context.Context, dir Directory, realm, ownerID string, allowAdmin bool) (*granter, error) {
	h, err := lookUpHoldings(ctx, dir, ownerID)
	if err != nil {
		return nil, err
	}
	fallback, err := dir.DefaultRole(ctx)
	if err != nil {
		return nil, err
	}
	return &granter{holdings: h, realm: realm, allowAdmin: allowAdmin, fallback: fallback, seen: map[string]bool{}}, nil
}

// mirror gives what the owner has. Groups are joined and composite roles given
// whole, so that a role added to one flows by itself; one that holds an
// administrative role, and the realm's default role, is taken apart and its
// parts given by name.
func (g *granter) mirror(ctx context.Context) (Grants, error) {
	for _, group := range g.groups {
		if err := g.join(ctx, group); err != nil {
			return Grants{}, err
		}
	}
	if err := g.giveAll(ctx, g.roles); err != nil {
		return Grants{}, err
	}
	g.grants.Roles = sortRoles(g.grants.Roles)
	g.grants.LeftOut = sortRoles(g.grants.LeftOut)
	return g.grants, nil
}

func (g *granter) join(ctx context.Context, group Group) error {
	roles, err := g.rolesOfMembers(ctx, group)
	if err != nil {
		return err
	}
	admin, err := g.holdsAdmin(ctx, roles...)
	if err != nil {
		return err
	}
	if !admin {
		g.grants.Groups = append(g.grants.Groups, group)
		return nil
	}
	return g.giveAll(ctx, roles)
}

func (g *granter) give(ctx context.Context, role Role) error {
	if g.seen[role.ID] || role.ownedByKeycloak() {
		return nil
	}
	g.seen[role.ID] = true
	admin, err := g.holdsAdmin(ctx, role)
	if err != nil {
		return err
	}
	if !admin && role.ID != g.fallback.ID {
		g.grants.Roles = append(g.grants.Roles, role)
		return nil
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

func (g *granter) holdsAdmin(ctx context.Context, roles ...Role) (bool, error) {
	if g.allowAdmin {
		return false, nil
	}
	all, err := g.reach(ctx, roles...)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(all, func(r Role) bool { return r.administrative(g.realm) }), nil
}

// subset gives the named roles, each of which the owner must have.
func (g *granter) subset(ctx context.Context, wanted []string) (Grants, error) {
	all, err := g.effective(ctx)
	if err != nil {
		return Grants{}, err
	}
	var lacking []string
	for _, name := range wanted {
		role, found, err := pick(all, name)
		switch {
		case err != nil:
			return Grants{}, err
		case found:
			g.grants.Roles = append(g.grants.Roles, role)
		default:
			lacking = append(lacking, name)
		}
	}
	if len(lacking) > 0 {
		return Grants{}, g.explain(ctx, lacking)
	}
	admin, err := g.holdsAdmin(ctx, g.grants.Roles...)
	if err != nil {
		return Grants{}, err
	}
	if admin {
		return Grants{}, &Error{Kind: Denied, Message: "the roles asked for give power over Keycloak itself",
			Hint: "leave them out, or say --allow-admin if the credential is meant to administer the realm"}
	}
	g.grants.Roles = sortRoles(g.grants.Roles)
	return g.grants, nil
}

// pick finds the role that name means. Role names may hold colons too, so a role
// whose whole name is the same counts where the last colon leads nowhere.
func pick(roles []Role, name string) (Role, bool, error) {
	parsed, err := ParseRoleName(name)
	if err != nil {
		return Role{}, false, err
	}
	for _, same := range []func(Role) bool{
		func(r Role) bool { return r.RoleName == parsed },
		func(r Role) bool { return r.String() == name },
	} {
		if i := slices.IndexFunc(roles, same); i >= 0 {
			return roles[i], true, nil
		}
	}
	return Role{}, false, nil
}

// explain tells a role that does not exist from one that the owner lacks.
func (g *granter) explain(ctx context.Context, lacking []string) error {
	var unknown []string
	for _, name := range lacking {
		parsed, err := ParseRoleName(name)
		if err != nil {
			return err
		}
		exists, err := g.dir.RoleExists(ctx, parsed)
		if err != nil {
			return err
		}
		if !exists {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return &Error{Kind: NotFound, Message: "the realm has no role " + strings.Join(unknown, ", "),
			Hint: "write CLIENT:ROLE for a client's role, realm:ROLE for a realm role"}
	}
	return &Error{Kind: Denied, Message: "the owner lacks the role " + strings.Join(lacking, ", "),
		Hint: "a credential never has more than its owner: give the role to the owner first"}
}
