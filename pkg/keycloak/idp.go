package keycloak

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/apitok/apitok/pkg/apitok"
)

// assertionProvider is the kind of identity provider that does nothing but sign assertions.
const assertionProvider = "jwt-authorization-grant"

// An identityProvider is one as it is sent.
type identityProvider struct {
	ID          string            `json:"internalId,omitempty"`
	Alias       string            `json:"alias"`
	Name        string            `json:"displayName"`
	Provider    string            `json:"providerId"`
	Enabled     bool              `json:"enabled"`
	Hidden      bool              `json:"hideOnLogin"`
	KeepsTokens bool              `json:"storeToken"`
	Config      map[string]string `json:"config"`
}

// keySet is a JWK Set (RFC 7517 section 5).
type keySet struct {
	Keys []apitok.JWK `json:"keys"`
}

// AssertionIssuer implements [apitok.Impersonations]. One of another kind has no keys.
func (d *Directory) AssertionIssuer(ctx context.Context, alias string) (apitok.AssertionIssuer, error) {
	var have identityProvider
	err := d.send(ctx, "reading the identity provider "+alias+" failed", "view-identity-providers", http.MethodGet,
		[]string{"identity-provider", "instances", alias}, nil, nil, &have)
	if err != nil {
		return apitok.AssertionIssuer{}, err
	}
	issuer := apitok.AssertionIssuer{Alias: have.Alias, Name: have.Name, Enabled: have.Enabled, Issuer: have.Config["issuer"]}
	var keys keySet
	if json.Unmarshal([]byte(have.Config["publicKeySignatureVerifier"]), &keys) == nil {
		issuer.Keys = keys.Keys
	}
	return issuer, nil
}

// IdentityProviders implements [apitok.Inspection].
func (d *Directory) IdentityProviders(ctx context.Context) (all []apitok.IdentityProvider, err error) {
	query := url.Values{"briefRepresentation": {"false"}}
	path := []string{"identity-provider", "instances"}
	for one, err := range pages[identityProvider](ctx, d, "reading the identity providers failed", "view-identity-providers", path, query) {
		if err != nil {
			return nil, err
		}
		all = append(all, apitok.IdentityProvider{Alias: one.Alias, ID: one.ID, Name: one.Name, Enabled: one.Enabled,
			TakesGrant: one.Config["jwtAuthorizationGrantEnabled"] == "true", KeepsTokens: one.KeepsTokens})
	}
	return all, nil
}

// PutAssertionIssuer implements [apitok.Impersonations].
func (d *Directory) PutAssertionIssuer(ctx context.Context, issuer apitok.AssertionIssuer) error {
	const role = "manage-identity-providers"
	keys, err := json.Marshal(keySet{issuer.Keys})
	if err != nil {
		return err
	}
	body := identityProvider{Alias: issuer.Alias, Name: issuer.Name, Provider: assertionProvider, Enabled: issuer.Enabled, Hidden: true, Config: map[string]string{
		"issuer": issuer.Issuer, "jwtAuthorizationGrantEnabled": "true", "useJwksUrl": "false", "publicKeySignatureVerifier": string(keys),
	}}
	path := []string{"identity-provider", "instances"}
	what := "making the identity provider " + issuer.Alias + " failed"
	err = d.send(ctx, what, role, http.MethodPut, append(path, issuer.Alias), nil, body, nil)
	if !apitok.NotFound.Is(err) {
		return err
	}
	if err = d.send(ctx, what, role, http.MethodPost, path, nil, body, nil); err == nil {
		return nil
	}
	// Of one that somebody else made in the meantime it says that the issuer is not unique.
	if _, there := d.AssertionIssuer(ctx, issuer.Alias); there == nil {
		return &apitok.Error{Kind: apitok.Conflict, Message: what, Cause: err}
	}
	return err
}

// DropAssertionIssuer implements [apitok.Impersonations].
func (d *Directory) DropAssertionIssuer(ctx context.Context, alias string) error {
	return d.send(ctx, "deleting the identity provider "+alias+" failed", "manage-identity-providers", http.MethodDelete,
		[]string{"identity-provider", "instances", alias}, nil, nil, nil)
}

// A federatedIdentity is a link of a user to an identity provider.
type federatedIdentity struct {
	Provider string `json:"identityProvider"`
	UserID   string `json:"userId"`
	Username string `json:"userName"`
}

// Links implements [apitok.Impersonations].
func (d *Directory) Links(ctx context.Context, alias string) (links []apitok.Link, err error) {
	query := url.Values{"idpAlias": {alias}, "briefRepresentation": {"true"}}
	for u, err := range pages[listedUser](ctx, d, "looking for linked users failed", "view-users", []string{"users"}, query) {
		if err != nil {
			return nil, err
		}
		var all []federatedIdentity
		err := d.send(ctx, "reading the links of a user failed", "view-users", http.MethodGet, []string{"users", u.ID, "federated-identity"}, nil, nil, &all)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			if one.Provider == alias {
				links = append(links, apitok.Link{User: u.read(), Subject: one.UserID})
			}
		}
	}
	return links, nil
}

// Link implements [apitok.Impersonations].
func (d *Directory) Link(ctx context.Context, alias string, user apitok.User) error {
	return d.send(ctx, "linking "+user.Username+" with "+alias+" failed", "manage-users", http.MethodPost,
		[]string{"users", user.ID, "federated-identity", alias}, nil, federatedIdentity{alias, user.Username, user.Username}, nil)
}

// Unlink implements [apitok.Impersonations].
func (d *Directory) Unlink(ctx context.Context, alias string, user apitok.User) error {
	return d.send(ctx, "taking the link of "+user.Username+" to "+alias+" away failed", "manage-users", http.MethodDelete,
		[]string{"users", user.ID, "federated-identity", alias}, nil, nil, nil)
}
