package testkit

import (
	"maps"
	"testing"
)

// LoginClient makes the public client that people sign in with, as apitok setup does; edit, if not nil, changes its
// representation first.
func (r *Realm) LoginClient(t testing.TB, edit map[string]any) {
	t.Helper()
	client := map[string]any{
		"clientId": "apitok-cli", "publicClient": true, "standardFlowEnabled": true, "directAccessGrantsEnabled": false,
		"fullScopeAllowed": true, "redirectUris": []string{"http://127.0.0.1/callback"},
		"attributes": map[string]string{
			"oauth2.device.authorization.grant.enabled": "true", "pkce.code.challenge.method": "S256", "oauth2.device.polling.interval": "1",
		},
	}
	maps.Copy(client, edit)
	r.create(t, "/clients", client)
}
