package keycloak

import (
	"context"
	"maps"
	"net/http"
	"net/url"
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

// LimitSecret implements [apitok.Clients]. The admin API erases the limit with
// every update and cannot set it; the client registration API can. So the client
// is given a registration access token, which that update uses up.
func (d *Directory) LimitSecret(ctx context.Context, client apitok.Client, ends time.Time) error {
	const what = "limiting the client's secret failed"
	var registration struct {
		Token string `json:"registrationAccessToken"`
	}
	err := d.send(ctx, what, "manage-clients", http.MethodPost, []string{"clients", client.ID, "registration-access-token"}, nil, nil, &registration)
	if err != nil {
		return err
	}
	address := d.realm.Issuer() + "/clients-registrations/default/" + url.PathEscape(client.ClientID)
	body := map[string]any{"clientId": client.ClientID, "attributes": map[string]string{attrSecretExpires: strconv.FormatInt(ends.Unix(), 10)}}
	return d.call(ctx, what, "manage-clients", func(ctx context.Context, _ string) error {
		return responseError(d.client.GetRequestWithBearerAuth(ctx, registration.Token).SetBody(body).Put(address))
	})
}
