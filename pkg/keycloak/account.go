package keycloak

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

var _ apitok.Account = (*Account)(nil)

// An Account is the account of whoever signed in, as Keycloak's account REST API shows it
// to the person themselves. It takes no role of realm-management.
type Account struct{ d *Directory }

// NewAccount is [New] for the person's own account.
func NewAccount(realm apitok.Realm, client *http.Client, token func(context.Context) (apitok.Secret, error)) *Account {
	return &Account{New(realm, client, token)}
}

type accountSession struct {
	ID       string `json:"id"`
	Address  string `json:"ipAddress"`
	Started  int64  `json:"started"`
	LastUsed int64  `json:"lastAccess"`
	Ends     int64  `json:"expires"`
	Clients  []struct {
		ID string `json:"clientId"`
	} `json:"clients"`
}

func (s accountSession) read(offline bool) apitok.AccountSession {
	session := apitok.AccountSession{ID: s.ID, Offline: offline, Address: s.Address,
		Started: time.Unix(s.Started, 0), LastUsed: time.Unix(s.LastUsed, 0)}
	if s.Ends > 0 {
		session.Ends = time.Unix(s.Ends, 0)
	}
	for _, client := range s.Clients {
		session.Clients = append(session.Clients, client.ID)
	}
	return session
}

// Sessions implements [apitok.Account]. Keycloak lists offline sessions among the devices
// and does not say which they are: those that are not on the list of the others. One that
// began in a browser's session has its id, and both are there.
func (a *Account) Sessions(ctx context.Context) (sessions []apitok.AccountSession, err error) {
	var devices []struct {
		Sessions []accountSession `json:"sessions"`
	}
	var online []accountSession
	const what = "reading your sessions failed"
	if err := a.send(ctx, what, http.MethodGet, []string{"sessions", "devices"}, &devices); err != nil {
		return nil, err
	}
	if err := a.send(ctx, what, http.MethodGet, []string{"sessions"}, &online); err != nil {
		return nil, err
	}
	for _, device := range devices {
		for _, s := range device.Sessions {
			same := slices.IndexFunc(online, func(o accountSession) bool {
				return o.ID == s.ID && len(o.Clients) == len(s.Clients) && o.Ends == s.Ends
			})
			if same >= 0 {
				online = slices.Delete(online, same, same+1)
			}
			sessions = append(sessions, s.read(same < 0))
		}
	}
	return sessions, nil
}

// EndSession implements [apitok.Account].
func (a *Account) EndSession(ctx context.Context, id string) error {
	return a.send(ctx, "ending the session failed", http.MethodDelete, []string{"sessions", id}, nil)
}

// send asks the account REST API. It takes no token whose account has no role of the client
// account, and says so as of one that is over.
func (a *Account) send(ctx context.Context, what, method string, path []string, out any) error {
	address := a.d.realm.Issuer() + "/account"
	for _, segment := range path {
		address += "/" + url.PathEscape(segment)
	}
	err := a.ask(ctx, what, method, address, out)
	if forbidden(err) || apitok.Denied.Is(err) && a.lives(ctx) {
		role := "manage-account"
		if method == http.MethodGet {
			role = "view-profile or " + role
		}
		e := apitok.AsError(err)
		e.Message, e.Hint = what+": you lack the role "+role+" of the client account", "an administrator gives it to you; then apitok login"
		return e
	}
	return err
}

// lives tells whether the server takes the token of the sign-in.
func (a *Account) lives(ctx context.Context) bool {
	return a.ask(ctx, "", http.MethodGet, a.d.realm.Issuer()+"/protocol/openid-connect/userinfo", nil) == nil
}

func (a *Account) ask(ctx context.Context, what, method, address string, out any) error {
	return a.d.call(ctx, what, "", func(ctx context.Context, token string) error {
		req := a.d.client.GetRequestWithBearerAuth(ctx, token).SetHeader("Accept", "application/json")
		if out != nil {
			req.SetResult(out)
		}
		resp, err := req.Execute(method, address)
		return responseError(resp, err)
	})
}
