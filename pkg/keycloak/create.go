package keycloak

import (
	"context"
	"maps"
	"strconv"
	"strings"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// CreateClient implements [apitok.Clients].
func (d *Directory) CreateClient(ctx context.Context, n apitok.NewClient) error {
	return d.call(ctx, "making the client failed", "manage-clients", func(ctx context.Context, token string) error {
		_, err := d.client.CreateClient(ctx, token, d.path(), representation(n))
		return err
	})
}

// representation is the client as the server is to make it.
func representation(n apitok.NewClient) gocloak.Client {
	attrs := n.Record.Attributes()
	maps.Copy(attrs, n.Attributes)
	attrs[attrSecretCreated] = strconv.FormatInt(n.SecretCreated.Unix(), 10)
	attrs[attrTokenLifetime] = lifetime(n.TokenLifetime)
	if len(n.Record.Allow) > 0 {
		allow(attrs, n.Record.Allow)
	}
	if !n.SecretExpires.IsZero() {
		attrs[attrSecretExpires] = strconv.FormatInt(n.SecretExpires.Unix(), 10)
	}
	mappers := []gocloak.ProtocolMapperRepresentation{mark()}
	for _, claim := range n.Claims {
		mappers = append(mappers, claimRepresentation(claim))
	}
	client := gocloak.Client{
		ID: &n.ID, ClientID: &n.ClientID, Name: &n.Name, Description: &n.Description, Secret: gocloak.StringP(n.Secret.Reveal()),
		Enabled: gocloak.BoolP(true), Attributes: &attrs,
		DefaultClientScopes: &n.DefaultScopes, OptionalClientScopes: &n.OptionalScopes,
		ProtocolMappers: &mappers,
	}
	asCredential(&client, attrs)
	return client
}

const openIDConnect = "openid-connect"

// isMark tells whether a mapper is the mark and nothing else.
func isMark(m gocloak.ProtocolMapperRepresentation) bool {
	want := mark()
	return value(m.Name) == markName && value(m.ProtocolMapper) == claimMapper && maps.Equal(value(m.Config), value(want.Config))
}

// mark is a mapper that puts nothing into any token.
func mark() gocloak.ProtocolMapperRepresentation {
	return gocloak.ProtocolMapperRepresentation{
		Name: gocloak.StringP(markName), Protocol: gocloak.StringP(openIDConnect), ProtocolMapper: gocloak.StringP(claimMapper),
		Config: &map[string]string{"claim.name": "apitok_unfinished", "claim.value": "true", "jsonType.label": "boolean",
			"access.token.claim": "false", "id.token.claim": "false", "userinfo.token.claim": "false"},
	}
}

// NewClientScopes implements [apitok.Scopes].
func (d *Directory) NewClientScopes(ctx context.Context) (always, onRequest []string, err error) {
	always, err = d.realmScopes(ctx, d.client.GetDefaultDefaultClientScopes)
	if err != nil {
		return nil, nil, err
	}
	onRequest, err = d.realmScopes(ctx, d.client.GetDefaultOptionalClientScopes)
	return always, onRequest, err
}

func (d *Directory) realmScopes(ctx context.Context, get func(ctx context.Context, token, realm string) ([]*gocloak.ClientScope, error)) ([]string, error) {
	var scopes []*gocloak.ClientScope
	err := d.call(ctx, "reading the realm's client scopes failed", "view-clients", func(ctx context.Context, token string) (err error) {
		scopes, err = get(ctx, token, d.path())
		return err
	})
	var list []string
	for _, scope := range scopes {
		if !strings.EqualFold(value(scope.Protocol), "saml") {
			list = append(list, value(scope.Name))
		}
	}
	return list, err
}
