package keycloak

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// UserByName implements [apitok.Users].
func (d *Directory) UserByName(ctx context.Context, username string) (apitok.User, error) {
	var found []*gocloak.User
	err := d.call(ctx, "looking the user "+strconv.Quote(username)+" up failed", "view-users", func(ctx context.Context, token string) (err error) {
		found, err = d.client.GetUsers(ctx, token, d.path(), gocloak.GetUsersParams{
			Username: &username, Exact: gocloak.BoolP(true), BriefRepresentation: gocloak.BoolP(true)})
		return err
	})
	if err != nil {
		return apitok.User{}, err
	}
	if len(found) == 0 {
		return apitok.User{}, &apitok.Error{Kind: apitok.NotFound, Message: "no such user"}
	}
	return user(found[0]), nil
}

// user knows a service account by its name: the answer to a search does not say
// which client it belongs to.
func user(u *gocloak.User) apitok.User {
	return apitok.User{ID: value(u.ID), Username: value(u.Username), Enabled: value(u.Enabled),
		ServiceAccount: strings.HasPrefix(value(u.Username), apitok.ServiceAccountPrefix)}
}

// UserByID implements [apitok.Users].
func (d *Directory) UserByID(ctx context.Context, userID string) (apitok.User, error) {
	var found *gocloak.User
	err := d.call(ctx, "reading a user failed", "view-users", func(ctx context.Context, token string) (err error) {
		found, err = d.client.GetUserByID(ctx, token, d.path(), url.PathEscape(userID))
		return err
	})
	if err != nil {
		return apitok.User{}, err
	}
	return user(found), nil
}

// ProfileClaims implements [apitok.Users]: the server itself works out what the
// client would be told.
func (d *Directory) ProfileClaims(ctx context.Context, clientID, userID string) (map[string]any, error) {
	client, err := d.ClientByID(ctx, clientID)
	if err != nil {
		return nil, err
	}
	var answer json.RawMessage
	query := url.Values{"userId": {userID}, "scope": {"openid profile email"}}
	err = d.send(ctx, "working out a user's claims failed", "view-clients", http.MethodGet,
		[]string{"clients", client.ID, "evaluate-scopes", "generate-example-userinfo"}, query, nil, &answer)
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.UseNumber() // as they are, however large
	if err := decoder.Decode(&claims); err != nil {
		return nil, &apitok.Error{Kind: apitok.Failed, Message: "the server's claims of a user cannot be read", Cause: err}
	}
	return claims, nil
}

// ServiceAccount implements [apitok.Clients].
func (d *Directory) ServiceAccount(ctx context.Context, id string) (apitok.User, error) {
	var found *gocloak.User
	err := d.call(ctx, "finding the client's service account failed", "view-clients", func(ctx context.Context, token string) (err error) {
		found, err = d.client.GetClientServiceAccount(ctx, token, d.path(), id)
		return err
	})
	if err != nil {
		return apitok.User{}, err
	}
	return user(found), nil
}

type group struct {
	ID       string `json:"id"`
	Path     string `json:"path"`
	ParentID string `json:"parentId"`
}

// Group implements [apitok.Users]. gocloak's model does not have the parent.
func (d *Directory) Group(ctx context.Context, groupID string) (apitok.Group, error) {
	var g group
	err := d.send(ctx, "reading a group failed", "view-users", http.MethodGet, []string{"groups", groupID}, nil, nil, &g)
	return apitok.Group(g), err
}

// GroupByPath implements [apitok.Users].
func (d *Directory) GroupByPath(ctx context.Context, path string) (apitok.Group, error) {
	var g group
	segments := append([]string{"group-by-path"}, strings.Split(strings.Trim(path, "/"), "/")...)
	err := d.send(ctx, "looking the group "+strconv.Quote(path)+" up failed", "view-users", http.MethodGet, segments, nil, nil, &g)
	return apitok.Group(g), err
}

// UserGroups implements [apitok.Users].
func (d *Directory) UserGroups(ctx context.Context, userID string) ([]apitok.Group, error) {
	var all []apitok.Group
	for g, err := range pages[group](ctx, d, "reading a user's groups failed", "view-users", []string{"users", userID, "groups"}, nil) {
		if err != nil {
			return nil, err
		}
		all = append(all, apitok.Group(g))
	}
	return all, nil
}

// JoinGroup implements [apitok.Users].
func (d *Directory) JoinGroup(ctx context.Context, userID string, group apitok.Group) error {
	return d.call(ctx, "joining the group "+group.Path+" failed", "manage-users", func(ctx context.Context, token string) error {
		return d.client.AddUserToGroup(ctx, token, d.path(), userID, group.ID)
	})
}

// LeaveGroup implements [apitok.Users].
func (d *Directory) LeaveGroup(ctx context.Context, userID string, group apitok.Group) error {
	return d.call(ctx, "leaving the group "+group.Path+" failed", "manage-users", func(ctx context.Context, token string) error {
		return d.client.DeleteUserFromGroup(ctx, token, d.path(), userID, group.ID)
	})
}

// value returns what p points to, or the zero value.
func value[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}
