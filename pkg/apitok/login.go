package apitok

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// loginLeeway is how long before its end an administrator's token is renewed: long
// enough for the call it is for.
const loginLeeway = 10 * time.Second

// A SignIn gives an administrator's access tokens, renewed as they end. It may be
// used by several goroutines.
type SignIn struct {
	realm Realm // that the account belongs to
	now   Clock
	renew func(context.Context) (grant.Token, error)

	mu    sync.Mutex
	token grant.Token
}

// Token returns an access token that holds for some seconds at least. Denied
// when the sign-in is refused or over.
func (s *SignIn) Token(ctx context.Context) (Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token.Expiry.Sub(s.now()) < loginLeeway {
		token, err := s.renew(ctx)
		if err != nil {
			return Secret{}, err
		}
		s.token = token
	}
	return s.token.AccessToken, nil
}

// ClientSignIn signs in as a confidential client (RFC 6749 section 4.4) of realm.
func ClientSignIn(realm Realm, clientID string, secret Secret, client *http.Client, now Clock) *SignIn {
	return &SignIn{realm: realm, now: now, renew: func(ctx context.Context) (grant.Token, error) {
		return clientToken(ctx, client, now, realm, clientID, secret, nil)
	}}
}

// StoredClientSignIn is [ClientSignIn] with the secret that the store holds, which
// is read when it is needed.
func StoredClientSignIn(realm Realm, clientID string, store Store, client *http.Client, now Clock) *SignIn {
	return &SignIn{realm: realm, now: now, renew: func(ctx context.Context) (grant.Token, error) {
		secret, err := store.Get(ctx, realm.LoginItem(clientID))
		if NotFound.Is(err) {
			return grant.Token{}, notSignedIn()
		}
		if err != nil {
			return grant.Token{}, err
		}
		return clientToken(ctx, client, now, realm, clientID, secret, nil)
	}}
}

// KeySignIn is [ClientSignIn] with a key that the client has registered (RFC 7523
// section 2.2); key reads it when it is needed.
func KeySignIn(realm Realm, clientID string, key func() (grant.PrivateKey, error), client *http.Client, now Clock) *SignIn {
	return &SignIn{realm: realm, now: now, renew: func(ctx context.Context) (grant.Token, error) {
		private, err := key()
		if err != nil {
			return grant.Token{}, err
		}
		auth := grant.PrivateKeyJWT{ClientID: clientID, Audience: realm.Issuer(), Key: private}
		token, err := grant.Endpoint{URL: realm.TokenURL(), HTTP: client, Now: now, Auth: auth}.Token(ctx, grant.ClientCredentials{})
		if err != nil {
			return grant.Token{}, keyError(realm, clientID, err)
		}
		return token, nil
	}}
}

// keyError is tokenError for a client that has no secret.
func keyError(realm Realm, clientID string, err error) *Error {
	var refusal *grant.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusUnauthorized) {
		return &Error{Kind: Denied, Message: "the server refused the key of " + clientID, Cause: refusal,
			Hint: "the client must take signed JWTs and know the public key, and the clocks must agree"}
	}
	return tokenError(realm, clientID, err)
}

func notSignedIn() error {
	return &Error{Kind: Denied, Message: "not signed in", Hint: "run apitok login"}
}
