package keycloak

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// clientLogin is the type of the event that a token for client credentials makes.
const clientLogin = "CLIENT_LOGIN"

// LoginEventsSince implements [apitok.Events]. The oldest login of any client
// shows that logins were stored then; an older event of another type would not.
// Where none is stored yet, they are from now on.
func (d *Directory) LoginEventsSince(ctx context.Context) (time.Time, error) {
	config, err := d.EventsConfig(ctx)
	if err != nil || !config.Enabled || !config.ClientLogins {
		return time.Time{}, err
	}
	now := time.Now()
	oldest, err := d.login(ctx, url.Values{"direction": {"asc"}})
	if err != nil {
		return time.Time{}, err
	}
	if len(oldest) == 0 {
		return now, nil
	}
	since := oldest[0].at()
	// What is too old may be deleted at any moment.
	if kept := now.Add(-config.Kept); config.Kept > 0 && kept.After(since) {
		since = kept
	}
	return since, nil
}

// LastLogin implements [apitok.Events]. Without a direction the newest comes
// first.
func (d *Directory) LastLogin(ctx context.Context, clientID string) (time.Time, error) {
	newest, err := d.login(ctx, url.Values{"client": {clientID}})
	if err != nil || len(newest) == 0 {
		return time.Time{}, err
	}
	if newest[0].ClientID != clientID {
		return time.Time{}, &apitok.Error{Kind: apitok.Failed, Message: "the server answers with a login of another client"}
	}
	return newest[0].at(), nil
}

type loginEvent struct {
	Time     int64  `json:"time"` // in milliseconds since 1970
	ClientID string `json:"clientId"`
}

func (e loginEvent) at() time.Time { return time.UnixMilli(e.Time).UTC() }

// login returns the first client login that matches the query, or none.
func (d *Directory) login(ctx context.Context, query url.Values) (found []loginEvent, err error) {
	query.Set("type", clientLogin)
	query.Set("max", "1")
	err = d.send(ctx, "looking for login events failed", "view-events", http.MethodGet, []string{"events"}, query, nil, &found)
	return found, err
}
