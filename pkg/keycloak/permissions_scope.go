package keycloak

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/apitok/apitok/pkg/apitok"
)

// An adminPermission is a permission as it is sent. What it does not hold stays.
type adminPermission struct {
	ID          string   `json:"id,omitempty"`
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	Kind        string   `json:"type"`
	Logic       string   `json:"logic,omitempty"`
	Strategy    string   `json:"decisionStrategy"`
	Type        string   `json:"resourceType,omitempty"`
	Resources   []string `json:"resources,omitempty"`
	Scopes      []string `json:"scopes,omitempty"`
	Policies    []string `json:"policies"`
}

const (
	allAgree   = "UNANIMOUS"
	oneAgrees  = "AFFIRMATIVE"
	permission = "permission"
	ofScopes   = "scope"
)

type namedResource struct {
	Name string `json:"name"`
}

// AdminPermission implements [apitok.AdminPermissions].
func (d *Directory) AdminPermission(ctx context.Context, server, name string) (apitok.AdminPermission, error) {
	var have adminPermission
	err := d.sendPermission(ctx, readingPermissions, server, http.MethodGet, []string{permission, ofScopes, "search"}, url.Values{"name": {name}}, nil, &have)
	if err == nil && have.ID == "" {
		err = &apitok.Error{Kind: apitok.NotFound, Message: "there is no permission " + name}
	}
	if err != nil {
		return apitok.AdminPermission{}, err
	}
	return d.readPermission(ctx, server, have)
}

// AdminPermissionsOver implements [apitok.AdminPermissions].
func (d *Directory) AdminPermissionsOver(ctx context.Context, server, scope string) (all []apitok.AdminPermission, err error) {
	path, err := d.permissionPath(ctx, server, permission, ofScopes)
	if err != nil {
		return nil, err
	}
	for have, err := range pages[adminPermission](ctx, d, readingPermissions, roleOver(server, false), path, url.Values{"scope": {scope}}) {
		if err != nil {
			return nil, err
		}
		one, err := d.readPermission(ctx, server, have)
		if err != nil {
			return nil, err
		}
		if slices.Contains(one.Scopes, scope) {
			all = append(all, one)
		}
	}
	return all, nil
}

// readPermission adds what a permission is about, and its policies.
func (d *Directory) readPermission(ctx context.Context, server string, have adminPermission) (apitok.AdminPermission, error) {
	out := apitok.AdminPermission{ID: have.ID, Name: have.Name, Description: have.Description, ResourceType: have.Type, Affirmative: have.Strategy == oneAgrees}
	var resources, scopes []namedResource
	var policies []adminPolicy
	for _, part := range []struct {
		name string
		to   any
	}{{"resources", &resources}, {"scopes", &scopes}, {"associatedPolicies", &policies}} {
		err := d.sendPermission(ctx, readingPermissions, server, http.MethodGet, []string{"policy", have.ID, part.name}, nil, nil, part.to)
		if err != nil {
			return apitok.AdminPermission{}, err
		}
	}
	// In version 2 a resource has the id of what it stands for as its name. In version 1
	// neither can be changed.
	if have.Type != "" {
		for _, resource := range resources {
			out.Resources = append(out.Resources, resource.Name)
		}
		for _, scope := range scopes {
			out.Scopes = append(out.Scopes, scope.Name)
		}
	}
	for _, policy := range policies {
		out.Policies = append(out.Policies, policy.read())
	}
	return out, nil
}

// PutAdminPermission implements [apitok.AdminPermissions].
func (d *Directory) PutAdminPermission(ctx context.Context, server string, p apitok.AdminPermission) error {
	body := adminPermission{ID: p.ID, Name: p.Name, Description: p.Description, Kind: ofScopes, Logic: "POSITIVE", Strategy: allAgree,
		Type: p.ResourceType, Resources: p.Resources, Scopes: p.Scopes, Policies: []string{}}
	if p.Affirmative {
		body.Strategy = oneAgrees
	}
	for _, policy := range p.Policies {
		body.Policies = append(body.Policies, policy.ID)
	}
	method, below := http.MethodPost, []string{permission, ofScopes}
	if p.ID != "" {
		method, below = http.MethodPut, append(below, p.ID)
	}
	return d.sendPermission(ctx, changingPermissions, server, method, below, nil, body, nil)
}

// DropAdminPermission implements [apitok.AdminPermissions].
func (d *Directory) DropAdminPermission(ctx context.Context, server string, p apitok.AdminPermission) error {
	return d.sendPermission(ctx, changingPermissions, server, http.MethodDelete, []string{permission, ofScopes, p.ID}, nil, nil, nil)
}
