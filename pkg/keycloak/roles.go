package keycloak

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// UserRoles implements [apitok.Users].
func (d *Directory) UserRoles(ctx context.Context, userID string) ([]apitok.Role, error) {
	return d.mappings(ctx, func(ctx context.Context, token string) (*gocloak.MappingsRepresentation, error) {
		return d.client.GetRoleMappingByUserID(ctx, token, d.path(), userID)
	})
}

// GroupRoles implements [apitok.Users].
func (d *Directory) GroupRoles(ctx context.Context, groupID string) ([]apitok.Role, error) {
	return d.mappings(ctx, func(ctx context.Context, token string) (*gocloak.MappingsRepresentation, error) {
		return d.client.GetRoleMappingByGroupID(ctx, token, d.path(), groupID)
	})
}

func (d *Directory) mappings(ctx context.Context, get func(context.Context, string) (*gocloak.MappingsRepresentation, error)) ([]apitok.Role, error) {
	var m *gocloak.MappingsRepresentation
	err := d.call(ctx, "reading role mappings failed", "view-users", func(ctx context.Context, token string) (err error) {
		m, err = get(ctx, token)
		return err
	})
	if err != nil {
		return nil, err
	}
	var roles []apitok.Role
	for _, r := range value(m.RealmMappings) {
		roles = append(roles, role(&r, "", ""))
	}
	for clientID, of := range m.ClientMappings {
		for _, r := range value(of.Mappings) {
			roles = append(roles, role(&r, clientID, value(of.ID)))
		}
	}
	return roles, nil
}

func role(r *gocloak.Role, clientID, clientUUID string) apitok.Role {
	return apitok.Role{RoleName: apitok.RoleName{Client: clientID, Name: value(r.Name)},
		ID: value(r.ID), ClientUUID: clientUUID, Composite: value(r.Composite)}
}

// Composites implements [apitok.Roles].
func (d *Directory) Composites(ctx context.Context, of apitok.Role) ([]apitok.Role, error) {
	var parts []*gocloak.Role
	need := "view-realm"
	if of.Client != "" {
		need = "view-clients"
	}
	err := d.call(ctx, "reading the composite role "+of.String()+" failed", need, func(ctx context.Context, token string) (err error) {
		parts, err = d.client.GetCompositeRolesByRoleID(ctx, token, d.path(), of.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	roles := make([]apitok.Role, 0, len(parts))
	for _, part := range parts {
		if !value(part.ClientRole) {
			roles = append(roles, role(part, "", ""))
			continue
		}
		clientID, err := d.clientID(ctx, value(part.ContainerID))
		if err != nil {
			return nil, err
		}
		roles = append(roles, role(part, clientID, value(part.ContainerID)))
	}
	return roles, nil
}

// clientID returns the client id that belongs to Keycloak's own id of a client.
func (d *Directory) clientID(ctx context.Context, id string) (string, error) {
	d.mu.Lock()
	known, ok := d.clientIDs[id]
	d.mu.Unlock()
	if ok {
		return known, nil
	}
	var client *gocloak.Client
	err := d.call(ctx, "reading a client failed", "view-clients", func(ctx context.Context, token string) (err error) {
		client, err = d.client.GetClient(ctx, token, d.path(), id)
		return err
	})
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clientIDs[id] = value(client.ClientID)
	return value(client.ClientID), nil
}

// DefaultRole implements [apitok.Roles]. A realm that was renamed keeps the role
// under its old name, so it is asked for, not guessed.
func (d *Directory) DefaultRole(ctx context.Context) (apitok.Role, error) {
	var realm *gocloak.RealmRepresentation
	err := d.call(ctx, "reading the realm failed", "view-realm", func(ctx context.Context, token string) (err error) {
		realm, err = d.client.GetRealm(ctx, token, d.path())
		return err
	})
	if err != nil {
		return apitok.Role{}, err
	}
	if realm.DefaultRole == nil {
		return apitok.Role{}, &apitok.Error{Kind: apitok.Denied, Message: "the realm's default role cannot be seen",
			Hint: "the account that signed in lacks the role view-realm of realm-management"}
	}
	return role(realm.DefaultRole, "", ""), nil
}

// RoleByName implements [apitok.Roles].
func (d *Directory) RoleByName(ctx context.Context, name apitok.RoleName) (apitok.Role, error) {
	path, need, uuid := []string{"roles"}, "view-realm", ""
	if name.Client != "" {
		client, err := d.ClientByID(ctx, name.Client)
		if err != nil {
			return apitok.Role{}, err
		}
		path, need, uuid = []string{"clients", client.ID, "roles"}, "view-clients", client.ID
	}
	found, err := d.searchRole(ctx, path, need, name.Name)
	if err != nil {
		return apitok.Role{}, err
	}
	return role(found, name.Client, uuid), nil
}

// searchRole looks for a name among those that hold it, since a role's own
// address cannot be trusted with every character.
func (d *Directory) searchRole(ctx context.Context, path []string, need, name string) (*gocloak.Role, error) {
	for r, err := range pages[*gocloak.Role](ctx, d, "looking for a role failed", need, path, url.Values{"search": {name}}) {
		if err != nil {
			return nil, err
		}
		if value(r.Name) == name {
			return r, nil
		}
	}
	return nil, &apitok.Error{Kind: apitok.NotFound, Message: "no such role"}
}

// AddRoles implements [apitok.Users]: one call for the realm's roles and one for
// each client that has some.
func (d *Directory) AddRoles(ctx context.Context, userID string, roles []apitok.Role) error {
	return d.changeRoles(ctx, "giving", roles, func(ctx context.Context, token, client string, list []gocloak.Role) error {
		if client == "" {
			return d.client.AddRealmRoleToUser(ctx, token, d.path(), userID, list)
		}
		return d.client.AddClientRolesToUser(ctx, token, d.path(), client, userID, list)
	})
}

// RemoveRoles implements [apitok.Users].
func (d *Directory) RemoveRoles(ctx context.Context, userID string, roles []apitok.Role) error {
	return d.changeRoles(ctx, "taking", roles, func(ctx context.Context, token, client string, list []gocloak.Role) error {
		if client == "" {
			return d.client.DeleteRealmRoleFromUser(ctx, token, d.path(), userID, list)
		}
		return d.client.DeleteClientRolesFromUser(ctx, token, d.path(), client, userID, list)
	})
}

func (d *Directory) changeRoles(ctx context.Context, verb string, roles []apitok.Role,
	change func(ctx context.Context, token, client string, list []gocloak.Role) error,
) error {
	groups := apitok.RolesOf(roles)
	var failed error
	for _, client := range slices.Sorted(maps.Keys(groups)) {
		group := groups[client]
		list := make([]gocloak.Role, len(group))
		for i, r := range group {
			list[i] = gocloak.Role{ID: gocloak.StringP(r.ID), Name: gocloak.StringP(r.Name)}
		}
		err := d.call(ctx, verb+" roles of "+owner(group[0])+" failed", "manage-users", func(ctx context.Context, token string) error {
			return change(ctx, token, client, list)
		})
		if err != nil && failed == nil {
			failed = err // the others are changed all the same
		}
	}
	return failed
}

func owner(r apitok.Role) string {
	if r.Client == "" {
		return "the realm"
	}
	return "the client " + strconv.Quote(r.Client)
}
