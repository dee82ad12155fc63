package apitok

import (
	"context"

	"github.com/apitok/apitok/pkg/grant"
)

// revoke ends what the server gave, which must not be used.
func (x *exchange) revoke(ctx context.Context) error {
	return x.h.revoke(ctx, x.client, x.secret, x.revocable())
}

// revocable are the tokens of the answer that the realm can revoke: neither an ID token, nor
// an assertion, nor another issuer's token. To revoke a refresh token ends all that the
// client has in its session, so one of the subject token's own session is left: nobody
// gets it.
func (x *exchange) revocable() (tokens []Secret) {
	access, claims := x.answer.AccessToken, new(exchangeClaims)
	isJWT := readClaims(access, claims)
	if !access.IsZero() && x.RequestedIssuer == "" && (isJWT && claims.Type != "ID" || !isJWT && x.Requested != SAML2) {
		tokens = append(tokens, access)
	}
	if refresh := x.answer.RefreshToken; !refresh.IsZero() && (x.Subject.IsZero() || sessionOf(refresh) != sessionOf(x.Subject)) {
		tokens = append(tokens, refresh)
	}
	return tokens
}

// revoke ends tokens that must not be used, as the client that got them.
func (h *Holder) revoke(ctx context.Context, client string, secret Secret, tokens []Secret) (failed error) {
	endpoint := grant.Endpoint{HTTP: h.HTTP, Now: h.Now, Auth: grant.ClientSecretBasic{ClientID: client, Secret: secret}}
	for _, token := range tokens {
		if err := endpoint.Revoke(ctx, h.Realm.endpoint("revoke"), token); err != nil {
			failed = &Error{Kind: tokenError(h.Realm, client, err).Kind, Message: "the token that must not be used was not revoked", Cause: err}
		}
	}
	return failed
}
