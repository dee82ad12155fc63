package keycloak

import (
	"context"
	"maps"
	"net/http"
	"net/url"

	"github.com/apitok/apitok/pkg/apitok"
)

// attrSetup is the attribute by which a client or a client scope says which part of
// setup made it.
const attrSetup = "apitok.setup"

// A setupClient is a client with what setup decides about.
type setupClient struct {
	ID              string            `json:"id,omitempty"`
	ClientID        string            `json:"clientId"`
	Name            string            `json:"name"`
	Description     string            `json:"description"`
	Secret          string            `json:"secret,omitempty"`
	Protocol        string            `json:"protocol"`
	Enabled         bool              `json:"enabled"`
	Public          bool              `json:"publicClient"`
	ServiceAccount  bool              `json:"serviceAccountsEnabled"`
	FullScope       bool              `json:"fullScopeAllowed"`
	ConsentRequired bool              `json:"consentRequired"`
	StandardFlow    bool              `json:"standardFlowEnabled"`
	Implicit        bool              `json:"implicitFlowEnabled"`
	DirectAccess    bool              `json:"directAccessGrantsEnabled"`
	RedirectURIs    []string          `json:"redirectUris"`
	WebOrigins      []string          `json:"webOrigins"`
	Attributes      map[string]string `json:"attributes"`
	setupScopes
}

// setupClientOf is the client as the server is to have it, with its mark.
func setupClientOf(c apitok.SetupClient) setupClient {
	attrs := maps.Clone(c.Attributes)
	if c.Mark != "" {
		attrs[attrSetup] = c.Mark
	}
	return setupClient{
		ID: c.ID, ClientID: c.ClientID, Name: c.Name, Description: c.Description, Protocol: openIDConnect, Enabled: c.Enabled,
		Public: c.Public, ServiceAccount: c.ServiceAccount, FullScope: c.FullScope, ConsentRequired: c.ConsentRequired,
		StandardFlow: c.StandardFlow, Implicit: c.Implicit, DirectAccess: c.DirectAccess,
		// Left out, they would stay as they are.
		RedirectURIs: append([]string{}, c.RedirectURIs...), WebOrigins: append([]string{}, c.WebOrigins...), Attributes: attrs,
		setupScopes: setupScopesOf(c),
	}
}

func (c setupClient) read() apitok.SetupClient {
	return apitok.SetupClient{
		ID: c.ID, ClientID: c.ClientID, Name: c.Name, Description: c.Description, Mark: c.Attributes[attrSetup], Enabled: c.Enabled,
		Public: c.Public, ServiceAccount: c.ServiceAccount, FullScope: c.FullScope, ConsentRequired: c.ConsentRequired,
		StandardFlow: c.StandardFlow, Implicit: c.Implicit, DirectAccess: c.DirectAccess,
		RedirectURIs: c.RedirectURIs, WebOrigins: c.WebOrigins, Attributes: c.Attributes,
		DefaultScopes: c.Default, OptionalScopes: c.Optional, RoleClaims: c.roleClaims(),
	}
}

// SetupClient implements [apitok.Foundations].
func (d *Directory) SetupClient(ctx context.Context, clientID string) (apitok.SetupClient, error) {
	for c, err := range pages[setupClient](ctx, d, "looking for clients failed", "view-clients", []string{"clients"}, url.Values{"clientId": {clientID}}) {
		if err != nil {
			return apitok.SetupClient{}, err
		}
		if c.ClientID == clientID {
			return c.read(), nil
		}
	}
	return apitok.SetupClient{}, &apitok.Error{Kind: apitok.NotFound, Message: "there is no client " + clientID}
}

// MarkedClients implements [apitok.Foundations]. Servers search by attributes only where
// they are told to, so it reads all clients.
func (d *Directory) MarkedClients(ctx context.Context) (marked []apitok.SetupClient, err error) {
	for c, err := range pages[setupClient](ctx, d, "looking for clients failed", "view-clients", []string{"clients"}, nil) {
		if err != nil {
			return nil, err
		}
		if c.Attributes[attrSetup] != "" {
			marked = append(marked, c.read())
		}
	}
	return marked, nil
}

// MakeSetupClient implements [apitok.Foundations].
func (d *Directory) MakeSetupClient(ctx context.Context, client apitok.SetupClient, secret apitok.Secret) error {
	body := setupClientOf(client)
	body.Secret = secret.Reveal()
	return d.send(ctx, "making the client "+client.ClientID+" failed", "manage-clients", http.MethodPost, []string{"clients"}, nil, body, nil)
}

// ChangeSetupClient implements [apitok.Foundations].
func (d *Directory) ChangeSetupClient(ctx context.Context, client apitok.SetupClient) error {
	err := d.send(ctx, "changing the client "+client.ClientID+" failed", "manage-clients", http.MethodPut, []string{"clients", client.ID}, nil,
		setupClientOf(client), nil)
	if err != nil {
		return err
	}
	return d.changeSetupScopes(ctx, client)
}

// OfflineSessions implements [apitok.Foundations].
func (d *Directory) OfflineSessions(ctx context.Context, id string) (int, error) {
	var answer struct{ Count int }
	err := d.send(ctx, "counting the client's offline sessions failed", "view-clients", http.MethodGet, []string{"clients", id, "offline-session-count"}, nil, nil, &answer)
	return answer.Count, err
}

// MakeMarkedScope implements [apitok.Foundations].
func (d *Directory) MakeMarkedScope(ctx context.Context, audience apitok.Audience) error {
	scope := audienceScope(audience)
	scope.Attributes[attrSetup] = "audience"
	return d.createScope(ctx, scope)
}

// DeleteScope implements [apitok.Foundations].
func (d *Directory) DeleteScope(ctx context.Context, id string) error {
	return d.send(ctx, "deleting the client scope failed", "manage-clients", http.MethodDelete, []string{"client-scopes", id}, nil, nil, nil)
}
