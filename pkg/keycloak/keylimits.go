package keycloak

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

type offlineSettings struct {
	Idle    *int64 `json:"offlineSessionIdleTimeout"`
	Limited bool   `json:"offlineSessionMaxLifespanEnabled"`
	Longest int64  `json:"offlineSessionMaxLifespan"`
	Rotates bool   `json:"revokeRefreshToken"`
}

// KeyLimits implements [apitok.Inspection]. The client's own limits go before the realm's;
// an account without view-realm sees a realm without any.
func (d *Directory) KeyLimits(ctx context.Context) (apitok.KeyLimits, error) {
	var realm offlineSettings
	if err := d.send(ctx, "reading the realm's settings failed", "view-realm", http.MethodGet, nil, nil, nil, &realm); err != nil {
		return apitok.KeyLimits{}, err
	}
	if realm.Idle == nil {
		return apitok.KeyLimits{}, &apitok.Error{Kind: apitok.Denied, Message: "the account cannot see the realm's settings"}
	}
	client, err := d.SetupClient(ctx, apitok.PersonalClientID)
	if err != nil {
		return apitok.KeyLimits{}, err
	}
	limits := apitok.KeyLimits{Idle: duration(cmp.Or(number(client.Attributes["client.offline.session.idle.timeout"]), *realm.Idle)), Rotates: realm.Rotates}
	if realm.Limited {
		limits.Longest = duration(cmp.Or(number(client.Attributes["client.offline.session.max.lifespan"]), realm.Longest))
	}
	return limits, nil
}

func duration(seconds int64) time.Duration { return time.Duration(seconds) * time.Second }

// number reads a client's attribute, 0 where it has none.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
