package keycloak

import (
	"context"
	"net/http"
	"slices"

	"github.com/apitok/apitok/pkg/apitok"
)

// setupScopes are what a client that setup makes puts into tokens. An update of a client
// leaves them as they are.
type setupScopes struct {
	Default  []string      `json:"defaultClientScopes,omitempty"`
	Optional []string      `json:"optionalClientScopes,omitempty"`
	Mappers  []setupMapper `json:"protocolMappers,omitempty"`
}

type setupMapper struct {
	Name     string            `json:"name"`
	Protocol string            `json:"protocol"`
	Mapper   string            `json:"protocolMapper"`
	Config   map[string]string `json:"config"`
}

func setupScopesOf(c apitok.SetupClient) setupScopes {
	s := setupScopes{Default: c.DefaultScopes, Optional: c.OptionalScopes}
	if c.RoleClaims {
		s.Mappers = roleMappers()
	}
	return s
}

// roleMappers write into access tokens what the realm's client scope roles does, but for
// the audiences.
func roleMappers() []setupMapper {
	mapper := func(name, kind, claim string) setupMapper {
		return setupMapper{name, openIDConnect, kind, map[string]string{
			"claim.name": claim, "jsonType.label": "String", "multivalued": "true",
			"access.token.claim": "true", "introspection.token.claim": "true",
		}}
	}
	return []setupMapper{
		mapper("realm roles", "oidc-usermodel-realm-role-mapper", "realm_access.roles"),
		mapper("client roles", "oidc-usermodel-client-role-mapper", "resource_access.${client_id}.roles"),
	}
}

// lacks returns the mappers that the client has not.
func (s setupScopes) lacks() []setupMapper {
	return slices.DeleteFunc(roleMappers(), func(want setupMapper) bool {
		return slices.ContainsFunc(s.Mappers, func(m setupMapper) bool {
			return m.Mapper == want.Mapper && m.Config["claim.name"] == want.Config["claim.name"] && m.Config["access.token.claim"] == "true"
		})
	})
}

func (s setupScopes) roleClaims() bool { return len(s.lacks()) == 0 }

// changeSetupScopes gives a client the scopes and mappers that it is to have, if that is
// decided.
func (d *Directory) changeSetupScopes(ctx context.Context, want apitok.SetupClient) error {
	if want.DefaultScopes == nil {
		return nil
	}
	var have setupScopes
	err := d.send(ctx, "reading the client "+want.ClientID+" failed", "view-clients", http.MethodGet, []string{"clients", want.ID}, nil, nil, &have)
	if err != nil {
		return err
	}
	scopes, err := d.ClientScopes(ctx)
	if err != nil {
		return err
	}
	client := apitok.Client{ID: want.ID, ClientID: want.ClientID}
	for _, scope := range scopes {
		always := slices.Contains(want.DefaultScopes, scope.Name)
		switch {
		case always && !slices.Contains(have.Default, scope.Name), slices.Contains(want.OptionalScopes, scope.Name) && !slices.Contains(have.Optional, scope.Name):
			err = d.AddScope(ctx, client, scope, always)
		case !always && slices.Contains(have.Default, scope.Name):
			err = d.RemoveScope(ctx, client, scope)
		}
		if err != nil {
			return err
		}
	}
	for _, mapper := range have.lacks() {
		err := d.send(ctx, "giving the client a mapper failed", "manage-clients", http.MethodPost, []string{"clients", want.ID, "protocol-mappers", "models"}, nil, mapper, nil)
		if err != nil {
			return err
		}
	}
	return nil
}
