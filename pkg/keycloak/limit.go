package keycloak

import (
	"context"
	"strconv"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// LimitSecret implements [apitok.Clients]. The admin API erases the limit with
// every update and cannot set it; the client registration API can. That takes the
// token of an account of this realm, and leaves a registration access token as it is;
// any other account gives the client a registration access token, which that update
// uses up.
func (d *Directory) LimitSecret(ctx context.Context, client apitok.Client, ends time.Time, spare bool) error {
	const what = "limiting the client's secret failed"
	change := map[string]any{"clientId": client.ClientID, "attributes": map[string]string{attrSecretExpires: strconv.FormatInt(ends.Unix(), 10)}}
	put := func(ctx context.Context, token string) error {
		return responseError(d.client.GetRequestWithBearerAuth(ctx, token).SetBody(change).Put(registrationAddress(d.realm, client.ClientID)))
	}
	err := d.call(ctx, what, "manage-clients", put)
	if spare || !apitok.Denied.Is(err) {
		return err
	}
	minted, err := d.RegistrationToken(ctx, client.ID)
	if err != nil {
		return err
	}
	return d.call(ctx, what, "manage-clients", func(ctx context.Context, _ string) error { return put(ctx, minted.Reveal()) })
}
