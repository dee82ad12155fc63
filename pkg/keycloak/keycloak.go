// Package keycloak implements [apitok.Directory] on a Keycloak realm through its
// admin REST API. It is the only importer of gocloak, and turns gocloak's errors
// into apitok's; where gocloak has no call, or a wrong one, it sends the request
// itself.
package keycloak

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/Nerzal/gocloak/v13"
	"github.com/go-resty/resty/v2"

	"github.com/apitok/apitok/pkg/apitok"
)

// pageSize is how many rows are asked for at once: pages of 50 to 100 are the
// quickest on a cold server.
const pageSize = 100

// A Directory is a realm seen with the rights of whoever signed in. It may be
// used by several goroutines.
type Directory struct {
	realm  apitok.Realm
	token  func(context.Context) (apitok.Secret, error)
	client *gocloak.GoCloak

	mu        sync.Mutex
	clientIDs map[string]string // client id by Keycloak's own id
}

var _ apitok.Directory = (*Directory)(nil)

// New makes a Directory of realm. token gives access tokens that the admin API
// takes; client sends the requests and must have a time-out.
func New(realm apitok.Realm, client *http.Client, token func(context.Context) (apitok.Secret, error)) *Directory {
	gc := gocloak.NewClient(realm.Server)
	observed := *client
	observed.Transport = observer{client.Transport}
	gc.SetRestyClient(resty.NewWithClient(&observed))
	return &Directory{realm: realm, token: token, client: gc, clientIDs: map[string]string{}}
}

// path is the realm's name as it stands in a path: gocloak does not escape it.
func (d *Directory) path() string { return url.PathEscape(d.realm.Name) }

// call runs one call of gocloak with a token. It names what is done and, for the
// hint of a 403, the Keycloak role that it takes.
func (d *Directory) call(ctx context.Context, what, role string, do func(ctx context.Context, token string) error) error {
	token, err := d.token(ctx)
	if err != nil {
		return err
	}
	ctx, seen := withObservation(ctx)
	return translate(d.realm, do(ctx, token.Reveal()), seen, what, role)
}

// send is call for requests that gocloak does not have: below the realm's admin
// address, its path given in segments, with out for the answer's JSON.
func (d *Directory) send(ctx context.Context, what, role, method string, path []string, query url.Values, in, out any) error {
	return d.call(ctx, what, role, func(ctx context.Context, token string) error {
		req := d.client.GetRequestWithBearerAuth(ctx, token).SetQueryParamsFromValues(query)
		if in != nil {
			req.SetBody(in)
		}
		if out != nil {
			req.SetResult(out)
		}
		resp, err := req.Execute(method, d.address(path))
		return responseError(resp, err)
	})
}

func (d *Directory) address(path []string) string {
	parts := []string{d.realm.Server, "admin", "realms", d.path()}
	for _, segment := range path {
		parts = append(parts, url.PathEscape(segment))
	}
	return strings.Join(parts, "/")
}
