package keycloak

import (
	"context"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// ChangeClient implements [apitok.Clients]. The PUT changes what it holds and
// leaves the rest.
func (d *Directory) ChangeClient(ctx context.Context, of apitok.Client, change apitok.ClientChange) error {
	attrs := map[string]string{}
	maps.Copy(attrs, change.Attributes)
	to := client{Client: gocloak.Client{ID: &of.ID, ClientID: &of.ClientID, Name: change.Name, Enabled: change.Enabled, Description: change.Description, Attributes: &attrs}}
	if change.Reset {
		asCredential(&to.Client, attrs)
	}
	if change.Plain {
		withoutExtra(&to)
	}
	if change.Allowed != nil {
		allow(attrs, *change.Allowed)
	}
	if change.TokenLifetime != nil {
		attrs[attrTokenLifetime] = lifetime(*change.TokenLifetime)
	}
	const what, role = "changing the client failed", "manage-clients"
	err := d.send(ctx, what, role, http.MethodPut, []string{"clients", of.ID}, nil, to, nil)
	for _, node := range of.Nodes {
		if err != nil || !change.Plain {
			break
		}
		err = d.send(ctx, what, role, http.MethodDelete, []string{"clients", of.ID, "nodes", node}, nil, nil, nil)
	}
	return err
}

// lifetime is in whole seconds; "" leaves it to the realm.
func lifetime(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return strconv.Itoa(int(d / time.Second))
}
