package keycloak

import (
	"context"
	"maps"
	"net/http"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// attrSetupPermissions is the attribute of a realm that holds what setup switched on of its
// admin permissions.
const attrSetupPermissions = "apitok.setup.permissions"

// realmPermissions are what a realm says of its admin permissions, and all its attributes:
// an update that holds attributes takes away those that it does not hold.
type realmPermissions struct {
	// V2 is nil on servers that have none.
	V2         *bool             `json:"adminPermissionsEnabled,omitempty"`
	Attributes map[string]string `json:"attributes"`
}

func (d *Directory) realmPermissions(ctx context.Context) (r realmPermissions, err error) {
	err = d.send(ctx, "reading the realm failed", "manage-realm", http.MethodGet, nil, nil, nil, &r)
	if err == nil && r.Attributes == nil {
		err = &apitok.Error{Kind: apitok.Denied, Message: "the realm's settings cannot be seen",
			Hint: "the account that signed in lacks the role manage-realm of realm-management"}
	}
	return r, err
}

// PermissionSwitches implements [apitok.AdminPermissions].
func (d *Directory) PermissionSwitches(ctx context.Context) (apitok.PermissionSwitches, error) {
	r, err := d.realmPermissions(ctx)
	return apitok.PermissionSwitches{V2: value(r.V2), Made: strings.Fields(r.Attributes[attrSetupPermissions])}, err
}

// SwitchPermissions implements [apitok.AdminPermissions]. An update of the realm leaves the
// fields that it does not hold.
func (d *Directory) SwitchPermissions(ctx context.Context, to apitok.PermissionSwitches) error {
	r, err := d.realmPermissions(ctx)
	if err != nil {
		return err
	}
	attrs := map[string]string{}
	maps.Copy(attrs, r.Attributes)
	delete(attrs, attrSetupPermissions)
	if len(to.Made) > 0 {
		attrs[attrSetupPermissions] = strings.Join(to.Made, " ")
	}
	body := realmPermissions{Attributes: attrs}
	if value(r.V2) != to.V2 {
		body.V2 = &to.V2
	}
	return d.send(ctx, "switching the realm's admin permissions failed", "manage-realm", http.MethodPut, nil, nil, body, nil)
}

// management is whether a thing has permissions of version 1.
type management struct {
	Enabled bool `json:"enabled"`
}

// managementPath is where that is; NotFound when there is no such client.
func (d *Directory) managementPath(ctx context.Context, of apitok.Managed) ([]string, error) {
	switch {
	case of.Provider != "":
		return []string{"identity-provider", "instances", of.Provider, "management", "permissions"}, nil
	case of.Client == "":
		return []string{"users-management-permissions"}, nil
	}
	client, err := d.SetupClient(ctx, of.Client)
	return []string{"clients", client.ID, "management", "permissions"}, err
}

// roleOverManagement is the role that it takes to see or change that.
func roleOverManagement(of apitok.Managed, verb string) string {
	if of.Provider != "" {
		return verb + "-identity-providers"
	}
	return verb + "-realm"
}

// Management implements [apitok.AdminPermissions].
func (d *Directory) Management(ctx context.Context, of apitok.Managed) (bool, error) {
	var now management
	path, err := d.managementPath(ctx, of)
	if err == nil {
		err = d.send(ctx, readingPermissions, roleOverManagement(of, "view"), http.MethodGet, path, nil, nil, &now)
	}
	return now.Enabled, err
}

// SwitchManagement implements [apitok.AdminPermissions].
func (d *Directory) SwitchManagement(ctx context.Context, of apitok.Managed, on bool) error {
	path, err := d.managementPath(ctx, of)
	if err != nil {
		return err
	}
	return d.send(ctx, changingPermissions, roleOverManagement(of, "manage"), http.MethodPut, path, nil, management{on}, nil)
}
