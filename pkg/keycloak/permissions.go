package keycloak

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/apitok/apitok/pkg/apitok"
)

// An adminPolicy is a policy of admin permissions as it is sent.
type adminPolicy struct {
	ID          string        `json:"id,omitempty"`
	Name        string        `json:"name"`
	Description string        `json:"description,omitempty"`
	Kind        string        `json:"type"`
	Logic       string        `json:"logic,omitempty"`
	Strategy    string        `json:"decisionStrategy,omitempty"`
	Clients     []string      `json:"clients,omitempty"`
	Users       []string      `json:"users,omitempty"`
	Groups      []policyGroup `json:"groups,omitempty"`
}

type policyGroup struct {
	ID    string `json:"id"`
	Below bool   `json:"extendChildren"`
}

func (p adminPolicy) read() apitok.AdminPolicy {
	policy := apitok.AdminPolicy{Kind: apitok.PolicyKind(p.Kind), ID: p.ID, Name: p.Name, Description: p.Description, Members: append(p.Clients, p.Users...)}
	for _, group := range p.Groups {
		policy.Members = append(policy.Members, group.ID)
	}
	return policy
}

func adminPolicyOf(p apitok.AdminPolicy) adminPolicy {
	out := adminPolicy{ID: p.ID, Name: p.Name, Description: p.Description, Kind: string(p.Kind), Logic: "POSITIVE"}
	switch p.Kind {
	case apitok.ClientMembers:
		out.Clients = p.Members
	case apitok.UserMembers:
		out.Users = p.Members
	case apitok.GroupMembers:
		for _, id := range p.Members {
			out.Groups = append(out.Groups, policyGroup{id, true})
		}
	}
	return out
}

// permissionPath is a path below what a client keeps of permissions; NotFound when there
// is no such client.
func (d *Directory) permissionPath(ctx context.Context, server string, below ...string) ([]string, error) {
	client, err := d.SetupClient(ctx, server)
	return append([]string{"clients", client.ID, "authz", "resource-server"}, below...), err
}

// sendPermission is send for such a path.
func (d *Directory) sendPermission(ctx context.Context, what, server, method string, below []string, query url.Values, in, out any) error {
	path, err := d.permissionPath(ctx, server, below...)
	if err != nil {
		return err
	}
	return d.send(ctx, what, roleOver(server, method != http.MethodGet), method, path, query, in, out)
}

// roleOver is the role that it takes to see permissions, or to change them.
func roleOver(server string, change bool) string {
	kind := "authorization"
	if server == apitok.AdminPermissionsClient {
		kind = "realm"
	}
	if change {
		return "manage-" + kind
	}
	return "view-" + kind
}

const (
	readingPermissions  = "reading the admin permissions failed"
	changingPermissions = "changing the admin permissions failed"
)

// AdminPolicy implements [apitok.AdminPermissions]. The server answers with nothing where
// there is none.
func (d *Directory) AdminPolicy(ctx context.Context, server string, kind apitok.PolicyKind, name string) (apitok.AdminPolicy, error) {
	var have adminPolicy
	err := d.sendPermission(ctx, readingPermissions, server, http.MethodGet, []string{"policy", string(kind), "search"}, url.Values{"name": {name}}, nil, &have)
	if err == nil && have.ID == "" {
		err = &apitok.Error{Kind: apitok.NotFound, Message: "there is no policy " + name}
	}
	return have.read(), err
}

// AdminPolicies implements [apitok.AdminPermissions].
func (d *Directory) AdminPolicies(ctx context.Context, server string) (all []apitok.AdminPolicy, err error) {
	path, err := d.permissionPath(ctx, server, "policy")
	if err != nil {
		return nil, err
	}
	for policy, err := range pages[adminPolicy](ctx, d, readingPermissions, roleOver(server, false), path, url.Values{"permission": {"false"}}) {
		if err != nil {
			return nil, err
		}
		all = append(all, policy.read())
	}
	return all, nil
}

// MemberName implements [apitok.AdminPermissions].
func (d *Directory) MemberName(ctx context.Context, kind apitok.PolicyKind, id string) (string, error) {
	var named struct {
		ClientID string `json:"clientId"`
		Username string `json:"username"`
		Path     string `json:"path"`
	}
	role := "view-users"
	if kind == apitok.ClientMembers {
		role = "view-clients"
	}
	err := d.send(ctx, readingPermissions, role, http.MethodGet, []string{string(kind) + "s", id}, nil, nil, &named)
	return cmp.Or(named.ClientID, named.Username, named.Path), err
}

// PutAdminPolicy implements [apitok.AdminPermissions].
func (d *Directory) PutAdminPolicy(ctx context.Context, server string, policy apitok.AdminPolicy) error {
	method, below := http.MethodPost, []string{"policy", string(policy.Kind)}
	if policy.ID != "" {
		method, below = http.MethodPut, append(below, policy.ID)
	}
	return d.sendPermission(ctx, changingPermissions, server, method, below, nil, adminPolicyOf(policy), nil)
}

// DropAdminPolicy implements [apitok.AdminPermissions].
func (d *Directory) DropAdminPolicy(ctx context.Context, server string, policy apitok.AdminPolicy) error {
	return d.sendPermission(ctx, changingPermissions, server, http.MethodDelete, []string{"policy", string(policy.Kind), policy.ID}, nil, nil, nil)
}
