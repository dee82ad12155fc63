package apitok

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// verify looks at whose token it is. That it was given to this client, and for whom it is,
// [Holder.Exchange] has looked at.
func (i *impersonating) verify(ctx context.Context, got Exchanged) error {
	claims := new(exchangeClaims)
	switch {
	case !readClaims(got.AccessToken, claims) || claims.Username == "":
		return wrongToken("the token does not say whose it is", "give the client "+i.req.client()+" the client scope profile, and no lightweight tokens")
	case !strings.EqualFold(claims.Username, i.req.User):
		return wrongToken("the token is about "+quote(claims.Username)+", not "+quote(i.req.User),
			"the user was renamed, or a mapper writes preferred_username; apitok setup impersonation sets the former right")
	case claims.Subject == "":
		return wrongToken("the token has no claim sub", "give the client "+i.req.client()+" the client scope basic")
	case i.req.AllowAdmin:
		return nil
	}
	admin, err := i.administers(ctx, got.AccessToken, claims)
	if err == nil && admin {
		err = &Error{Kind: Denied, Message: quote(i.req.User) + " is an administrator: the token was revoked",
			Hint: "--allow-admin goes on all the same; apitok setup impersonation takes the user away from " + i.req.client()}
	}
	return err
}

// administers tells whether a token gives power over Keycloak. Its roles do not tell alone:
// Keycloak's admin API goes by those that the user has, also where the token was narrowed.
// So the API itself is asked, which names the realm to whoever has any such role.
func (i *impersonating) administers(ctx context.Context, token Secret, claims *exchangeClaims) (bool, error) {
	for client, access := range claims.Roles {
		var held struct{ Roles []string }
		if json.Unmarshal(access, &held) != nil {
			continue // no such claim of Keycloak's
		}
		for _, name := range held.Roles {
			if (RoleName{client, name}).administrative(i.h.Realm.Name) {
				return true, nil
			}
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.h.Realm.Server+"/admin/realms/"+url.PathEscape(i.h.Realm.Name), nil)
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
