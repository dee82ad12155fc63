package apitok

import (
	"context"
	"slices"
	"strings"
)

// subset gives the named ones of the owner's roles.
func (g *granter) subset(ctx context.Context) error {
	if len(g.record.RoleList) == 0 {
		return nil
	}
	all, err := g.effective(ctx)
	if err != nil {
		return err
	}
	return g.giveByName(ctx, func(_ context.Context, name string) (Role, bool, error) { return pick(all, name) })
}

// named gives the roles of the group and the named ones, whoever has them.
func (g *granter) named(ctx context.Context) error {
	if err := g.joinAll(ctx); err != nil {
		return err
	}
	return g.giveByName(ctx, g.findRole)
}

// giveByName gives the roles that the record names, as find knows them.
func (g *granter) giveByName(ctx context.Context, find func(context.Context, string) (Role, bool, error)) error {
	for _, name := range g.record.RoleList {
		role, found, err := find(ctx, name)
		if err != nil {
			return err
		}
		if err := g.giveNamed(ctx, name, role, found); err != nil {
			return err
		}
	}
	return nil
}

// giveNamed gives a role that was asked for by name, unless it has power over
// Keycloak itself.
func (g *granter) giveNamed(ctx context.Context, name string, role Role, found bool) error {
	if !found {
		g.grants.Lacking = append(g.grants.Lacking, name)
		return nil
	}
	admin, err := g.holds(ctx, g.admin, role)
	if err != nil {
		return err
	}
	if admin {
		g.grants.LeftOut = append(g.grants.LeftOut, role)
		return nil
	}
	g.grants.Roles = append(g.grants.Roles, role)
	return nil
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

// findRole finds the role of the realm that name means. Client ids and role names
// may hold colons, so each is tried, the last one first.
func (m *atlas) findRole(ctx context.Context, name string) (Role, bool, error) {
	if _, err := ParseRoleName(name); err != nil {
		return Role{}, false, err
	}
	for i := strings.LastIndexByte(name, ':'); i > 0; i = strings.LastIndexByte(name[:i], ':') {
		client := name[:i]
		if client == realmRoles {
			client = ""
		}
		role, err := m.dir.RoleByName(ctx, RoleName{Client: client, Name: name[i+1:]})
		if !NotFound.Is(err) {
			return role, err == nil, err
		}
	}
	return Role{}, false, nil
}

// explain tells why a record asks for more than it can have: a role that does not
// exist, one that the owner lacks, or one with power over Keycloak itself.
func (h *holdings) explain(ctx context.Context, record Record, grants grants) error {
	var unknown []string
	for _, name := range slices.Concat(grants.Lacking, record.Except) {
		_, found, err := h.findRole(ctx, name)
		if err != nil {
			return err
		}
		if !found {
			unknown = append(unknown, name)
		}
	}
	switch {
	case len(unknown) > 0:
		return &Error{Kind: NotFound, Message: "the realm has no role " + strings.Join(unknown, ", "),
			Hint: "write CLIENT:ROLE for a client's role, realm:ROLE for a realm role"}
	case len(grants.Lacking) > 0:
		return &Error{Kind: Denied, Message: "the owner lacks the role " + strings.Join(grants.Lacking, ", "),
			Hint: "a credential never has more than its owner: give the role to the owner first"}
	case record.Roles != Mirror && len(grants.LeftOut) > 0:
		return &Error{Kind: Denied, Message: "the roles asked for give power over Keycloak itself: " + summary(grants.LeftOut),
			Hint: "leave them out, or say --allow-admin if the credential is meant to administer the realm"}
	}
	return nil
}
