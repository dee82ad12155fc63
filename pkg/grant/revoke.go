package grant

import (
	"context"
	"net/url"
)

// Revoke ends a refresh token, and with it what it was given for, or an access token
// alone (RFC 7009), at address, the revocation endpoint. A token that is over already is no error. Its
// errors are those of [Endpoint.Token].
func (e Endpoint) Revoke(ctx context.Context, address string, token Secret) error {
	_, _, err := e.post(ctx, address, url.Values{"token": {token.Reveal()}}, true)
	return err
}
