package keycloak

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

const (
	claimMapper = "oidc-hardcoded-claim-mapper"
	// claimPrefix begins the name of a mapper that writes a claim of fixed value.
	claimPrefix = "apitok-claim-"
)

// claimConfig is the configuration of a mapper that writes a claim of fixed value
// into everything that is told about a token.
func claimConfig(c apitok.Claim) map[string]string {
	text, kind := c.Value, "JSON"
	if _, err := strconv.ParseInt(c.Value, 10, 64); err == nil {
		kind = "long"
	}
	if _, err := strconv.ParseBool(c.Value); err == nil && kind == "JSON" {
		kind = "boolean"
	}
	var s string
	if json.Unmarshal([]byte(c.Value), &s) == nil && c.Value != "null" {
		text, kind = s, "String"
	}
	return map[string]string{
		"claim.name": c.Name, "claim.value": text, "jsonType.label": kind,
		"access.token.claim": "true", "id.token.claim": "true", "userinfo.token.claim": "true",
		"introspection.token.claim": "true", "lightweight.claim": "true",
	}
}

func claimRepresentation(c apitok.Claim) gocloak.ProtocolMapperRepresentation {
	config := claimConfig(c)
	return gocloak.ProtocolMapperRepresentation{Name: gocloak.StringP(claimPrefix + c.Name), Protocol: gocloak.StringP(openIDConnect),
		ProtocolMapper: gocloak.StringP(claimMapper), Config: &config}
}

// claimOf returns the claim that a mapper writes; zero unless it is as AddClaim
// makes it.
func claimOf(m gocloak.ProtocolMapperRepresentation) apitok.Claim {
	config := value(m.Config)
	claim := apitok.Claim{Name: config["claim.name"], Value: config["claim.value"]}
	if config["jsonType.label"] == "String" {
		b, err := json.Marshal(claim.Value)
		if err != nil {
			return apitok.Claim{}
		}
		claim.Value = string(b)
	}
	same := maps.Equal(config, claimConfig(claim)) && value(m.ProtocolMapper) == claimMapper && value(m.Name) == claimPrefix+claim.Name
	if !same {
		return apitok.Claim{}
	}
	return claim
}

// builtin tells whether Keycloak itself put the mapper on the client: before it had
// the client scope service_account, it gave every client with a service account
// three of these.
func builtin(m gocloak.ProtocolMapperRepresentation) bool {
	config := value(m.Config)
	note := config["user.session.note"]
	return value(m.ProtocolMapper) == "oidc-usersessionmodel-note-mapper" && config["claim.name"] == note &&
		(note == "client_id" || note == "clientId" || note == "clientHost" || note == "clientAddress")
}

// AddClaim implements [apitok.Mappers].
func (d *Directory) AddClaim(ctx context.Context, client apitok.Client, claim apitok.Claim) error {
	return d.call(ctx, "adding a claim to the client failed", "manage-clients", func(ctx context.Context, token string) error {
		_, err := d.client.CreateClientProtocolMapper(ctx, token, d.path(), client.ID, claimRepresentation(claim))
		return err
	})
}

// RemoveMapper implements [apitok.Mappers].
func (d *Directory) RemoveMapper(ctx context.Context, client apitok.Client, mapperID string) error {
	return d.call(ctx, "taking a mapper from the client failed", "manage-clients", func(ctx context.Context, token string) error {
		return d.client.DeleteClientProtocolMapper(ctx, token, d.path(), client.ID, mapperID)
	})
}

// AddScope implements [apitok.Mappers]. Keycloak silently leaves a scope where it
// is, so the other place is cleared first.
func (d *Directory) AddScope(ctx context.Context, client apitok.Client, scope apitok.ClientScope, always bool) error {
	to, from := "optional-client-scopes", "default-client-scopes"
	if always {
		to, from = from, to
	}
	for _, step := range [][2]string{{http.MethodDelete, from}, {http.MethodPut, to}} {
		err := d.clientScope(ctx, step[0], client, step[1], scope)
		if apitok.NotFound.Is(err) && step[0] == http.MethodDelete {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// RemoveScope implements [apitok.Mappers].
func (d *Directory) RemoveScope(ctx context.Context, client apitok.Client, scope apitok.ClientScope) error {
	for _, from := range []string{"optional-client-scopes", "default-client-scopes"} {
		if err := d.clientScope(ctx, http.MethodDelete, client, from, scope); err != nil && !apitok.NotFound.Is(err) {
			return err
		}
	}
	return nil
}

func (d *Directory) clientScope(ctx context.Context, method string, client apitok.Client, list string, scope apitok.ClientScope) error {
	return d.send(ctx, "changing the client's scopes failed", "manage-clients", method, []string{"clients", client.ID, list, scope.ID}, nil, nil, nil)
}
