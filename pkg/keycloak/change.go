package keycloak

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// ChangeClient implements [apitok.Clients]. The PUT changes what it holds and
// leaves the rest.
func (d *Directory) ChangeClient(ctx context.Context, client apitok.Client, change apitok.ClientChange) error {
	attrs := map[string]string{}
	maps.Copy(attrs, change.Attributes)
	to := gocloak.Client{ID: &client.ID, ClientID: &client.ClientID, Enabled: change.Enabled, Description: change.Description, Attributes: &attrs}
	if change.Reset {
		asCredential(&to, attrs)
	}
	if change.Allowed != nil {
		allow(attrs, *change.Allowed)
	}
	if change.TokenLifetime != nil {
		attrs[attrTokenLifetime] = lifetime(*change.TokenLifetime)
	}
	return d.call(ctx, "changing the client failed", "manage-clients", func(ctx context.Context, token string) error {
		return d.client.UpdateClient(ctx, token, d.path(), to)
	})
}

// lifetime is in whole seconds; "" leaves it to the realm.
func lifetime(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return strconv.Itoa(int(d / time.Second))
}
