package keycloak

import (
	"context"
	"net/http"
	"net/url"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// An ownRole is a client's role, whose attributes are lists.
type ownRole struct {
	ID         string              `json:"id,omitempty"`
	Name       string              `json:"name"`
	Attributes map[string][]string `json:"attributes"`
}

// OwnRoles implements [apitok.Delegation].
func (d *Directory) OwnRoles(ctx context.Context, id string) ([]apitok.OwnRole, error) {
	var found []ownRole
	err := d.send(ctx, "reading the client's roles failed", "view-clients", http.MethodGet, []string{"clients", id, "roles"},
		url.Values{"briefRepresentation": {"false"}}, nil, &found)
	roles := make([]apitok.OwnRole, len(found))
	for i, role := range found {
		roles[i] = apitok.OwnRole{ID: role.ID, Name: role.Name, Attributes: map[string]string{}}
		for name, values := range role.Attributes {
			if len(values) > 0 {
				roles[i].Attributes[name] = values[0]
			}
		}
	}
	return roles, err
}

// PutOwnRole implements [apitok.Delegation].
func (d *Directory) PutOwnRole(ctx context.Context, id string, role apitok.OwnRole) error {
	body := ownRole{Name: role.Name, Attributes: map[string][]string{}}
	for name, value := range role.Attributes {
		body.Attributes[name] = []string{value}
	}
	const what = "writing the client's role failed"
	err := d.send(ctx, what, "manage-clients", http.MethodPost, []string{"clients", id, "roles"}, nil, body, nil)
	if !apitok.Conflict.Is(err) {
		return err
	}
	return d.send(ctx, what, "manage-clients", http.MethodPut, []string{"clients", id, "roles", role.Name}, nil, body, nil)
}

// DeleteOwnRole implements [apitok.Delegation]. A role's own address cannot be trusted
// with every name.
func (d *Directory) DeleteOwnRole(ctx context.Context, role apitok.OwnRole) error {
	err := d.send(ctx, "deleting the client's role failed", "manage-clients", http.MethodDelete, []string{"roles-by-id", role.ID}, nil, nil, nil)
	if apitok.NotFound.Is(err) {
		return nil
	}
	return err
}

// RemoveComposite implements [apitok.Delegation].
func (d *Directory) RemoveComposite(ctx context.Context, of apitok.Role, part apitok.OwnRole) error {
	parts := []gocloak.Role{{ID: &part.ID, Name: &part.Name}}
	return d.send(ctx, "taking a role from "+of.String()+" failed", "manage-realm", http.MethodDelete,
		[]string{"roles-by-id", of.ID, "composites"}, nil, parts, nil)
}

// RegistrationToken implements [apitok.Delegation].
func (d *Directory) RegistrationToken(ctx context.Context, id string) (apitok.Secret, error) {
	var minted struct {
		Token string `json:"registrationAccessToken"`
	}
	err := d.send(ctx, "making a registration access token failed", "manage-clients", http.MethodPost,
		[]string{"clients", id, "registration-access-token"}, nil, nil, &minted)
	if err == nil && minted.Token == "" {
		err = &apitok.Error{Kind: apitok.Failed, Message: "the server made a registration access token but did not say which"}
	}
	return apitok.NewSecret(minted.Token), err
}
