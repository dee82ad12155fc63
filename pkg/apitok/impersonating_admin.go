package apitok

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/apitok/apitok/pkg/grant"
)

// permissions asks what fine-grained admin permissions of version 1 let the user do. The
// server takes no token of a user who is disabled, such as Keycloak 26.3 still gives.
func (i *impersonating) permissions(ctx context.Context, token Secret) ([]grant.Permission, error) {
	endpoint := grant.Endpoint{URL: i.h.Realm.TokenURL(), HTTP: i.h.HTTP, Now: i.h.Now, Auth: grant.Bearer{Token: token}}
	return endpoint.Permissions(ctx, rolesClient(i.h.Realm.Name, i.h.Realm.Name))
}

func isInvalidGrant(err error) bool {
	var refusal *grant.Error
	return errors.As(err, &refusal) && refusal.Code == "invalid_grant"
}

// administers tells whether a token gives power over Keycloak. Its roles do not tell alone:
// Keycloak's admin API goes by those that the user has, also where the token was narrowed,
// and by fine-grained permissions, of which those of version 1 are known. So the API itself
// is asked.
func (i *impersonating) administers(ctx context.Context, token Secret, claims *exchangeClaims, permissions []grant.Permission) (bool, error) {
	if claims.administrative(i.h.Realm.Name) || slices.ContainsFunc(permissions, administrative) {
		return true, nil
	}
	for _, path := range adminReads(claims.Subject) {
		if yes, err := i.reads(ctx, token, path); err != nil || yes {
			return yes, err
		}
	}
	return false, nil
}

func (c *exchangeClaims) administrative(realm string) bool {
	for client, access := range c.Roles {
		var held struct{ Roles []string }
		if json.Unmarshal(access, &held) != nil {
			continue // no such claim of Keycloak's
		}
		if slices.ContainsFunc(held.Roles, func(name string) bool { return RoleName{client, name}.administrative(realm) }) {
			return true
		}
	}
	return false
}

// administrative tells whether a permission is of an administrator. Those to impersonate and
// to exchange tokens the user's token has of the client that got it; that the user may be
// impersonated is no power of the user's.
func administrative(of grant.Permission) bool {
	return len(without(of.Scopes, []string{"impersonate", "user-impersonated", "token-exchange"}, same)) > 0
}

// hasNoPermissions tells that the user has no permission of version 1, or the realm knows
// of none.
func hasNoPermissions(err error) bool {
	var refusal *grant.Error
	return errors.As(err, &refusal) && slices.Contains([]string{"access_denied", "invalid_request", "unsupported_grant_type"}, refusal.Code)
}

// adminReads are what the admin API tells nobody but administrators, and each to other ones:
// the realm to whoever has any role over it, the rest to those to whom a permission of
// version 2 shows all users, groups or clients. One to change them unseen, or to see a few of
// them, cannot be told with the user's token.
func adminReads(subject string) []string {
	return []string{"", "/users/" + url.PathEscape(subject), "/groups?max=1", "/clients?max=1"}
}

// reads tells whether the admin API answers at a path below the realm.
func (i *impersonating) reads(ctx context.Context, token Secret, path string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.h.Realm.Server+"/admin/realms/"+url.PathEscape(i.h.Realm.Name)+path, nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Authorization", "Bearer "+token.Reveal())
	resp, err := i.h.HTTP.Do(req)
	if err != nil {
		return false, NetworkError(i.h.Realm.Server, err)
	}
	resp.Body.Close()
	switch unknown := "whether " + quote(i.req.User) + " is an administrator cannot be found out"; {
	case resp.StatusCode == http.StatusOK:
		return true, nil
	case resp.StatusCode == http.StatusForbidden:
		return false, nil
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= http.StatusInternalServerError:
		return false, &Error{Kind: Unavailable, Message: unknown, Hint: "the server is busy: try again"}
	default:
		// The API may be closed to this machine and open where the token is taken to.
		return false, &Error{Kind: Denied, Message: unknown + ": the server answered " + resp.Status + " where its admin API should be; the token was revoked",
			Hint: "--allow-admin goes on all the same"}
	}
}
