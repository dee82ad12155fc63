package apitok

import (
	"context"
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
	}
	permissions, err := i.permissions(ctx, got.AccessToken)
	switch {
	case isInvalidGrant(err):
		return &Error{Kind: Denied, Message: quote(i.req.User) + " is disabled, or no longer there: the token was revoked", Cause: err}
	case err != nil && !hasNoPermissions(err):
		return tokenError(i.h.Realm, i.req.client(), err)
	case i.req.AllowAdmin:
		return nil
	}
	admin, err := i.administers(ctx, got.AccessToken, claims, permissions)
	if err == nil && admin {
		err = &Error{Kind: Denied, Message: quote(i.req.User) + " is an administrator: the token was revoked",
			Hint: "--allow-admin goes on all the same; apitok setup impersonation takes the user away from " + i.req.client()}
	}
	return err
}
