// Package jwks finds out whether a JSON Web Token was signed by its issuer, with one of
// the keys that the issuer publishes (RFC 7517 section 5). It is the only importer of
// go-oidc that ships, and knows nothing of Keycloak or of apitok.
package jwks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
)

// What can be wrong with a signature.
var (
	// ErrAlgorithm says that a token is not signed at all, or with a secret that its
	// issuer shares with nobody: no published key can tell anything of it.
	ErrAlgorithm = errors.New("not signed with a public key")
	// ErrUnknownKey says that the issuer publishes no key of the token's key id.
	ErrUnknownKey = errors.New("the issuer publishes no such key")
	// ErrSignature says that the token is not as it was signed.
	ErrSignature = errors.New("the signature does not fit the token")
)

// A FetchError says why the keys could not be had.
type FetchError struct {
	// Status is the HTTP status code; 0 when no answer came.
	Status int
	// Err is the transport's error; nil when an answer came.
	Err error
}

// Error says what came instead of the keys.
func (e *FetchError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return fmt.Sprintf("%d %s instead of keys", e.Status, http.StatusText(e.Status))
}

// Unwrap returns the transport's error.
func (e *FetchError) Unwrap() error { return e.Err }

// algorithms are those of RFC 7518 section 3.1 and RFC 8037 with a public key.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
}

// A Header is what the header of a token says of its signature (RFC 7515 section 4.1).
type Header struct{ Algorithm, KeyID string }

// Verify looks whether token was signed with one of the keys at address, a jwks_uri. What
// the token says is not looked at, nor when it ends. It returns nil, one of the errors
// above, the context's, or a [*FetchError]. client must have a time-out.
func Verify(ctx context.Context, client *http.Client, address, token string, header Header) error {
	if !slices.Contains(algorithms(), header.Algorithm) {
		return ErrAlgorithm
	}
	fetched := &fetch{next: client.Transport}
	through := *client
	through.Transport = fetched
	keys := &witness{KeySet: oidc.NewRemoteKeySet(oidc.ClientContext(ctx, &through), address)}
	config := &oidc.Config{SkipClientIDCheck: true, SkipExpiryCheck: true, SkipIssuerCheck: true, SupportedSigningAlgs: algorithms()}
	_, err := oidc.NewVerifier("", keys, config).Verify(ctx, token)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil, keys.asked && keys.err == nil: // what else it found is for the caller to judge
		return nil
	case !keys.asked: // the token cannot be taken apart
		return ErrSignature
	case fetched.failed != nil:
		return fetched.failed
	case header.KeyID != "" && !slices.Contains(fetched.ids, header.KeyID):
		return ErrUnknownKey
	}
	return ErrSignature
}

// A witness remembers what became of the signature.
type witness struct {
	oidc.KeySet
	asked bool
	err   error
}

// VerifySignature implements [oidc.KeySet].
func (w *witness) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := w.KeySet.VerifySignature(ctx, token)
	w.asked, w.err = true, err
	return payload, err
}
