package keycloak

import (
	"context"
	"maps"
	"slices"

	"github.com/apitok/apitok/pkg/apitok"
)

// serverInfo has what gocloak's model leaves out.
type serverInfo struct {
	System struct {
		Version string `json:"version"`
	} `json:"systemInfo"`
	Features []struct {
		Name    string `json:"name"`
		Enabled bool   `json:"enabled"`
	} `json:"features"`
	Providers struct {
		Executors struct {
			Providers map[string]any `json:"providers"`
		} `json:"client-policy-executor"`
	} `json:"providers"`
}

// ServerInfo implements [apitok.Inspection]. Since Keycloak 26.4 an account outside
// master is told the version only with manage-realm.
func (d *Directory) ServerInfo(ctx context.Context) (apitok.ServerInfo, error) {
	var answer serverInfo
	err := d.call(ctx, "reading about the server failed", "view-realm", func(ctx context.Context, token string) error {
		resp, err := d.client.GetRequestWithBearerAuth(ctx, token).SetResult(&answer).Get(d.realm.Server + "/admin/serverinfo")
		return responseError(resp, err)
	})
	info := apitok.ServerInfo{Version: answer.System.Version, Features: map[string]bool{}, Executors: slices.Collect(maps.Keys(answer.Providers.Executors.Providers))}
	for _, feature := range answer.Features {
		info.Features[feature.Name] = feature.Enabled
	}
	return info, err
}
