package keycloak

import (
	"context"
	"net/url"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// A listedUser is a user in a list that gocloak does not have.
type listedUser struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Enabled  bool   `json:"enabled"`
}

func (u listedUser) read() apitok.User {
	return apitok.User{ID: u.ID, Username: u.Username, Enabled: u.Enabled, ServiceAccount: strings.HasPrefix(u.Username, apitok.ServiceAccountPrefix)}
}

// MembersOf implements [apitok.Impersonations].
func (d *Directory) MembersOf(ctx context.Context, of apitok.Group) (members []apitok.User, err error) {
	query := url.Values{"briefRepresentation": {"true"}}
	for u, err := range pages[listedUser](ctx, d, "reading the members of "+of.Path+" failed", "view-users", []string{"groups", of.ID, "members"}, query) {
		if err != nil {
			return nil, err
		}
		members = append(members, u.read())
	}
	for g, err := range pages[group](ctx, d, "reading the groups below "+of.Path+" failed", "view-users", []string{"groups", of.ID, "children"}, query) {
		if err != nil {
			return nil, err
		}
		more, err := d.MembersOf(ctx, apitok.Group(g))
		if err != nil {
			return nil, err
		}
		members = append(members, more...)
	}
	return members, nil
}
