package keycloak

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// Events of these types tell of somebody who acts as a user; of most they are also stored
// where the realm stores the usual types. Those that failed end in _ERROR.
const (
	tokenExchange = "TOKEN_EXCHANGE"
	jwtGrant      = "JWT_AUTHORIZATION_GRANT"
	console       = "IMPERSONATE"
	failed        = "_ERROR"
)

// An impersonationEvent is an event as the server tells it, its time in milliseconds.
type impersonationEvent struct {
	Time     int64             `json:"time"`
	Type     string            `json:"type"`
	ClientID string            `json:"clientId"`
	UserID   string            `json:"userId"`
	Error    string            `json:"error"`
	Details  map[string]string `json:"details"`
}

// Impersonations implements [apitok.ImpersonationEvents].
func (d *Directory) Impersonations(ctx context.Context, since time.Time) (all []apitok.Impersonation, err error) {
	config, err := d.EventsConfig(ctx)
	if err != nil {
		return nil, err
	}
	if !config.Enabled {
		return nil, &apitok.Error{Kind: apitok.CheckFailed, Message: "the realm stores no events, so who acted as whom is unknown",
			Hint: "apitok setup has it store them; --local lists what this machine did"}
	}
	info, err := d.ServerInfo(ctx)
	if err != nil {
		return nil, err
	}
	query := url.Values{"type": knownTypes(info)}
	if !since.IsZero() {
		query.Set("dateFrom", strconv.FormatInt(since.UnixMilli(), 10))
	}
	names := map[string]string{}
	for event, err := range pages[impersonationEvent](ctx, d, "reading the events failed", "view-events", []string{"events"}, query) {
		if err != nil {
			return nil, err
		}
		if use, ok := event.read(d.realm, info); ok && !use.At.Before(since) {
			if event.Type == console {
				use.User = d.nameOf(ctx, event.UserID, names)
			}
			all = append(all, use)
		}
	}
	return all, nil
}

// knownTypes are those that the server knows: it breaks on others. Whether it does is seen
// by what it can store.
func knownTypes(info apitok.ServerInfo) []string {
	types := []string{tokenExchange, tokenExchange + failed, console}
	if _, known := info.Features["JWT_AUTHORIZATION_GRANT"]; known {
		types = append(types, jwtGrant, jwtGrant+failed)
	}
	return types
}

// exchangeRoute is the route of a legacy exchange for another user. Only permissions of
// version 1 take one without a subject token; of others the event does not tell, so that
// it is what the server has now, "" where it has none any more.
func exchangeRoute(naked bool, info apitok.ServerInfo) apitok.ImpersonationRoute {
	switch {
	case naked || info.Features["ADMIN_FINE_GRAINED_AUTHZ"]:
		return apitok.ByExchangeV1
	case info.Features["ADMIN_FINE_GRAINED_AUTHZ_V2"]:
		return apitok.ByPermissionsV2
	}
	return ""
}

// nameOf returns the name of a user, or the id where the account may not see it.
func (d *Directory) nameOf(ctx context.Context, id string, names map[string]string) string {
	if names[id] == "" {
		names[id] = id
		if user, err := d.UserByID(ctx, id); err == nil {
			names[id] = user.Username
		}
	}
	return names[id]
}

// read makes of an event what it tells; ok is false where it is of another exchange, or of
// the grant with another identity provider than a client's own.
func (e impersonationEvent) read(realm apitok.Realm, info apitok.ServerInfo) (use apitok.Impersonation, ok bool) {
	kind, isFailed := strings.CutSuffix(e.Type, failed)
	use = apitok.Impersonation{At: time.UnixMilli(e.Time).UTC(), Realm: realm, Client: e.ClientID, Outcome: apitok.Given}
	if isFailed {
		use.Outcome, use.Error = apitok.Refused, e.Details["reason"]
	}
	if id := e.Details["token_id"]; id != "" {
		use.TokenIDs = []string{id}
	}
	switch kind {
	case console:
		use.Via, use.By, ok = apitok.ByConsole, e.Details["impersonator"], true
	case tokenExchange:
		use.User, use.Via = e.Details["requested_subject"], exchangeRoute(e.Details["impersonator"] == "", info)
		ok = use.User != ""
	case jwtGrant:
		use.User, use.Via = e.Details["identity_provider_user_id"], apitok.ByJWTGrant
		ok = apitok.IsAssertionAlias(e.Details["identity_provider"])
	}
	return use, ok
}
