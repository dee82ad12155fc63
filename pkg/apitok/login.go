package apitok

import (
	"context"
	"encoding/json"
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

func notSignedIn() error {
	return &Error{Kind: Denied, Message: "not signed in", Hint: "run apitok login"}
}

// A Session is a person's sign-in with a password, for the first steps in a
// realm. The store holds its tokens, never the password.
type Session struct {
	// Realm is the realm that the person is a user of.
	Realm Realm
	// Username is the person's.
	Username string
	// Store keeps the session.
	Store Store
	// HTTP reaches the token endpoint.
	HTTP *http.Client
	// Now tells the time.
	Now Clock
}

// passwordClient is the client of every Keycloak realm that takes passwords.
const passwordClient = "admin-cli"

// session is what the store keeps of one.
type session struct {
	AccessToken  string    `json:"access_token"`
	ExpiresAt    time.Time `json:"expires_at"`
	RefreshToken string    `json:"refresh_token"`
}

// Begin signs in with a password and keeps the session. Denied when the server
// refuses the password.
func (s Session) Begin(ctx context.Context, password Secret) error {
	token, err := s.ask(ctx, grant.Password{Username: s.Username, Password: password})
	if err != nil {
		return err
	}
	return s.keep(ctx, token)
}

// SignIn continues the session. Its tokens are Denied when the session is over.
func (s Session) SignIn() *SignIn {
	return &SignIn{realm: s.Realm, now: s.Now, renew: s.resume}
}

func (s Session) resume(ctx context.Context) (grant.Token, error) {
	text, err := s.Store.Get(ctx, s.Realm.LoginItem(s.Username))
	if NotFound.Is(err) {
		return grant.Token{}, notSignedIn()
	}
	if err != nil {
		return grant.Token{}, err
	}
	var kept session
	if json.Unmarshal([]byte(text.Reveal()), &kept) != nil {
		return grant.Token{}, &Error{Kind: StoreFailed, Message: "the stored session cannot be read", Hint: "run apitok login"}
	}
	if kept.ExpiresAt.Sub(s.Now()) >= loginLeeway {
		return grant.Token{AccessToken: NewSecret(kept.AccessToken), Expiry: kept.ExpiresAt}, nil
	}
	token, err := s.ask(ctx, grant.RefreshToken{Token: NewSecret(kept.RefreshToken)})
	if Denied.Is(err) {
		return grant.Token{}, &Error{Kind: Denied, Message: "the session of " + quote(s.Username) + " is over", Cause: err, Hint: "run apitok login"}
	}
	if err != nil {
		return grant.Token{}, err
	}
	return token, s.keep(ctx, token)
}

func (s Session) ask(ctx context.Context, g grant.Grant) (grant.Token, error) {
	endpoint := grant.Endpoint{URL: s.Realm.TokenURL(), HTTP: s.HTTP, Now: s.Now, Auth: grant.PublicClient{ClientID: passwordClient}}
	token, err := endpoint.Token(ctx, g)
	if err != nil {
		return grant.Token{}, tokenError(s.Realm, s.Username, err)
	}
	return token, nil
}

func (s Session) keep(ctx context.Context, token grant.Token) error {
	b, err := json.Marshal(session{AccessToken: token.AccessToken.Reveal(), ExpiresAt: token.Expiry, RefreshToken: token.RefreshToken.Reveal()})
	if err != nil {
		return err
	}
	return s.Store.Put(ctx, s.Realm.LoginItem(s.Username), NewSecret(string(b)), time.Time{})
}
