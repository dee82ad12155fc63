package keycloak

import (
	"context"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// CreateClient implements [apitok.Clients].
func (d *Directory) CreateClient(ctx context.Context, n apitok.NewClient) (id string, err error) {
	err = d.call(ctx, "making the client failed", "manage-clients", func(ctx context.Context, token string) (err error) {
		id, err = d.client.CreateClient(ctx, token, d.path(), representation(n))
		return err
	})
	if err == nil && id == "" {
		err = &apitok.Error{Kind: apitok.Failed, Message: "the server made the client but did not say where"}
	}
	return id, err
}

// representation has every flow named, since Keycloak turns some on when they
// are left out.
func representation(n apitok.NewClient) gocloak.Client {
	attrs := maps.Clone(n.Attributes)
	attrs["oauth2.device.authorization.grant.enabled"] = "false"
	attrs["oidc.ciba.grant.enabled"] = "false"
	attrs[attrSecretCreated] = strconv.FormatInt(n.SecretCreated.Unix(), 10)
	if n.TokenLifetime > 0 {
		attrs[attrTokenLifetime] = strconv.Itoa(int(n.TokenLifetime / time.Second))
	}
	// Keycloak counts these seconds in 32 bits; later than 2038 the record alone
	// holds the expiry.
	if seconds := n.SecretExpires.Unix(); !n.SecretExpires.IsZero() && seconds <= math.MaxInt32 {
		attrs[attrSecretExpires] = strconv.FormatInt(seconds, 10)
	}
	yes, no := gocloak.BoolP(true), gocloak.BoolP(false)
	return gocloak.Client{
		ClientID: &n.ClientID, Name: &n.Name, Description: &n.Description, Secret: gocloak.StringP(n.Secret.Reveal()),
		Enabled: yes, Protocol: gocloak.StringP("openid-connect"), ClientAuthenticatorType: gocloak.StringP("client-secret"),
		PublicClient: no, BearerOnly: no, ServiceAccountsEnabled: yes, StandardFlowEnabled: no, ImplicitFlowEnabled: no,
		DirectAccessGrantsEnabled: no, AuthorizationServicesEnabled: no, ConsentRequired: no, FullScopeAllowed: yes,
		RedirectURIs: &[]string{}, WebOrigins: &[]string{}, Attributes: &attrs,
		DefaultClientScopes: &n.DefaultScopes, OptionalClientScopes: &n.OptionalScopes,
		ProtocolMappers: &[]gocloak.ProtocolMapperRepresentation{mark()},
	}
}

// mark is a mapper that puts nothing into any token.
func mark() gocloak.ProtocolMapperRepresentation {
	return gocloak.ProtocolMapperRepresentation{
		Name: gocloak.StringP(markName), Protocol: gocloak.StringP("openid-connect"),
		ProtocolMapper: gocloak.StringP("oidc-hardcoded-claim-mapper"),
		Config: &map[string]string{"claim.name": "apitok_unfinished", "claim.value": "true", "jsonType.label": "boolean",
			"access.token.claim": "false", "id.token.claim": "false", "userinfo.token.claim": "false"},
	}
}

// NewClientScopes implements [apitok.Audiences].
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
