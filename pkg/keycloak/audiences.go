package keycloak

import (
	"context"
	"net/http"
	"strconv"

	"github.com/apitok/apitok/pkg/apitok"
)

// A clientScope is a client scope with what gocloak's model leaves out.
type clientScope struct {
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	Protocol    string            `json:"protocol"`
	Attributes  map[string]string `json:"attributes,omitempty"`
	Mappers     []mapper          `json:"protocolMappers"`
}

type mapper struct {
	Name     string            `json:"name"`
	Protocol string            `json:"protocol"`
	Kind     string            `json:"protocolMapper"`
	Config   map[string]string `json:"config"`
}

const audienceMapper = "oidc-audience-mapper"

// AudienceScope implements [apitok.Audiences].
func (d *Directory) AudienceScope(ctx context.Context, audience apitok.Audience) error {
	var scopes []clientScope
	err := d.send(ctx, "reading the client scopes failed", "view-clients", http.MethodGet, []string{"client-scopes"}, nil, nil, &scopes)
	if err != nil {
		return err
	}
	for _, scope := range scopes {
		if scope.Name != audience.Scope() {
			continue
		}
		if scope.carries(audience) {
			return nil
		}
		return &apitok.Error{Kind: apitok.Conflict, Message: "the client scope " + strconv.Quote(scope.Name) + " exists but does not carry the audience " + strconv.Quote(audience.Value),
			Hint: "give it an audience mapper for that, or delete it so that apitok can make it"}
	}
	return &apitok.Error{Kind: apitok.NotFound, Message: "no such client scope"}
}

// carries tells whether access tokens get the audience from the scope. Where a
// mapper names a client and a free text, the client counts.
func (s clientScope) carries(audience apitok.Audience) bool {
	for _, m := range s.Mappers {
		if m.Kind != audienceMapper || m.Config["access.token.claim"] != "true" {
			continue
		}
		value := m.Config["included.client.audience"]
		if value == "" {
			value = m.Config["included.custom.audience"]
		}
		if value == audience.Value {
			return true
		}
	}
	return false
}

// CreateAudienceScope implements [apitok.Audiences].
func (d *Directory) CreateAudienceScope(ctx context.Context, audience apitok.Audience) error {
	key := "included.custom.audience"
	if audience.IsClient {
		key = "included.client.audience"
	}
	err := d.send(ctx, "making the client scope "+strconv.Quote(audience.Scope())+" failed", "manage-clients",
		http.MethodPost, []string{"client-scopes"}, nil, clientScope{
			Name: audience.Scope(), Protocol: "openid-connect",
			Description: "Puts " + audience.Value + " into the audience of access tokens",
			Attributes:  map[string]string{"include.in.token.scope": "true", "display.on.consent.screen": "false"},
			Mappers: []mapper{{Name: "audience", Protocol: "openid-connect", Kind: audienceMapper, Config: map[string]string{
				key: audience.Value, "access.token.claim": "true", "introspection.token.claim": "true", "id.token.claim": "false",
			}}},
		}, nil)
	if apitok.Conflict.Is(err) {
		return d.AudienceScope(ctx, audience)
	}
	return err
}
