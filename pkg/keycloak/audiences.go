package keycloak

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// A clientScope is a client scope with what gocloak's model leaves out.
type clientScope struct {
	ID          string            `json:"id,omitempty"`
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

// ClientScopes implements [apitok.Scopes].
func (d *Directory) ClientScopes(ctx context.Context) ([]apitok.ClientScope, error) {
	var scopes []clientScope
	err := d.send(ctx, "reading the client scopes failed", "view-clients", http.MethodGet, []string{"client-scopes"}, nil, nil, &scopes)
	if err != nil {
		return nil, err
	}
	list := make([]apitok.ClientScope, 0, len(scopes))
	for _, scope := range scopes {
		one := apitok.ClientScope{ID: scope.ID, Name: scope.Name, MadeBySetup: scope.Attributes[attrSetup] != ""}
		for _, m := range scope.Mappers {
			if audience := m.audience(); audience != "" {
				one.Audiences = append(one.Audiences, audience)
			}
			if claim := m.claim(); claim != "" {
				one.Claims = append(one.Claims, claim)
			}
		}
		list = append(list, one)
	}
	return list, nil
}

// audience returns the audience that access tokens get from the mapper. Where it
// names a client and a free text, the client counts.
func (m mapper) audience() string {
	if m.Kind != audienceMapper || m.Config["access.token.claim"] != "true" {
		return ""
	}
	return cmp.Or(m.Config["included.client.audience"], m.Config["included.custom.audience"])
}

// claim returns the claim that the mapper writes: a dot in its name makes an object
// of what stands before.
func (m mapper) claim() string {
	switch m.Kind {
	case "oidc-sub-mapper", "oidc-sha256-pairwise-sub-mapper":
		return "sub"
	case "oidc-full-name-mapper":
		return "name"
	}
	name, _, _ := strings.Cut(m.Config["claim.name"], ".")
	return name
}

// CreateAudienceScope implements [apitok.Scopes].
func (d *Directory) CreateAudienceScope(ctx context.Context, audience apitok.Audience) error {
	err := d.createScope(ctx, audienceScope(audience))
	if apitok.Conflict.Is(err) {
		return nil
	}
	return err
}

func (d *Directory) createScope(ctx context.Context, scope clientScope) error {
	return d.send(ctx, "making the client scope "+strconv.Quote(scope.Name)+" failed", "manage-clients",
		http.MethodPost, []string{"client-scopes"}, nil, scope, nil)
}

// audienceScope is the client scope of an audience as the server is to make it.
func audienceScope(audience apitok.Audience) clientScope {
	key := "included.custom.audience"
	if audience.IsClient {
		key = "included.client.audience"
	}
	return clientScope{
		Name: audience.Scope(), Protocol: openIDConnect,
		Description: "Puts " + audience.Value + " into the audience of access tokens",
		Attributes:  map[string]string{"include.in.token.scope": "true", "display.on.consent.screen": "false"},
		Mappers: []mapper{{Name: "audience", Protocol: openIDConnect, Kind: audienceMapper, Config: map[string]string{
			key: audience.Value, "access.token.claim": "true", "introspection.token.claim": "true", "id.token.claim": "false",
			"lightweight.claim": "true",
		}}},
	}
}
