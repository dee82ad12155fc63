package apitok

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// A Session is a person's sign-in. The store holds its tokens, never a password.
type Session struct {
	// Realm is the realm that the person is a user of.
	Realm Realm
	// Username is the person's. Where a session begins, it is who is to sign in; ""
	// lets anyone.
	Username string
	// ClientID is the public client that a session begins with. One that lives goes
	// on with the client that it began with.
	ClientID string
	// Store keeps the session.
	Store Store
	// HTTP reaches the server.
	HTTP *http.Client
	// Now tells the time.
	Now Clock
	// Note is told what is worth knowing but is no failure.
	Note func(string)
}

// A Way is how a person signed in.
type Way string

// The ways of signing in.
const (
	// ByBrowser is with a browser of this machine.
	ByBrowser Way = "browser"
	// ByDevice is with any browser and a code.
	ByDevice Way = "device"
	// ByPassword is with a password given to apitok.
	ByPassword Way = "password"
)

// session is what the store keeps of one. The access token is kept beside it, as one
// that can be lost: with many roles it is too long for some stores.
type session struct {
	ClientID     string    `json:"client_id"`
	Way          Way       `json:"way"`
	RefreshToken string    `json:"refresh_token"`
	Ends         time.Time `json:"session_ends,omitzero"`
}

// SignIn continues the session. Its tokens are Denied when the session is over.
func (s Session) SignIn() *SignIn {
	return &SignIn{realm: s.Realm, now: s.Now, renew: s.resume}
}

// Renew makes sure that the session lives. Denied when it is over.
func (s Session) Renew(ctx context.Context) error {
	return s.alone(ctx, func() error {
		_, err := s.refresh(ctx)
		return err
	})
}

// Kept tells how and with which client the person signed in, and when the session
// ends unless it is used before; zero when the server does not say. Denied when
// there is none.
func (s Session) Kept(ctx context.Context) (way Way, clientID string, ends time.Time, err error) {
	kept, err := s.recall(ctx)
	return kept.Way, kept.ClientID, kept.Ends, err
}

// End ends the session at the server and drops it from the store. One that is over
// or was never there is no error. What is kept of a client is dropped too.
func (s Session) End(ctx context.Context) error {
	return s.alone(ctx, func() error {
		text, err := s.Store.Get(ctx, s.item())
		if err != nil && !NotFound.Is(err) {
			return err
		}
		var kept session
		// A client's secret is no session, nor what cannot be read.
		if err == nil && json.Unmarshal([]byte(text.Reveal()), &kept) == nil {
			if err := s.revoke(ctx, kept); err != nil {
				return err
			}
		}
		return s.Forget(ctx)
	})
}

// Forget drops the session from the store alone.
func (s Session) Forget(ctx context.Context) error {
	// The session goes last: as long as it is there, the rest is known to be unfinished.
	for _, item := range []Item{s.tokenItem(), s.item()} {
		if err := s.Store.Delete(ctx, item); err != nil && !NotFound.Is(err) {
			return err
		}
	}
	return nil
}

// revoke ends the session at the server. A server that refuses has no such session,
// client or realm any more.
func (s Session) revoke(ctx context.Context, kept session) error {
	err := s.endpoint(kept.ClientID).Revoke(ctx, s.Realm.endpoint("revoke"), NewSecret(kept.RefreshToken))
	var refusal *grant.Error
	if errors.As(err, &refusal) && !refusal.Busy() {
		return nil
	}
	if err != nil {
		return sessionError(s.Realm, kept.ClientID, err)
	}
	return nil
}

func (s Session) item() Item { return s.Realm.LoginItem(s.Username) }

// alone runs do while no other process of this machine changes the session.
func (s Session) alone(ctx context.Context, do func() error) error {
	return s.Store.Exclusive(ctx, s.item(), do)
}

// resume returns the access token, renewed if it is about to end: by one process of
// this machine, while the others wait and take what it got.
func (s Session) resume(ctx context.Context) (grant.Token, error) {
	token, found, err := s.cached(ctx)
	if !found && err == nil {
		err = s.alone(ctx, func() error {
			if token, found, err = s.cached(ctx); !found && err == nil {
				token, err = s.refresh(ctx)
			}
			return err
		})
	}
	return token, err
}

// refresh renews the session and keeps it before anything is done with it. A server
// that takes a refresh token once has taken it when it answers, so a wish to stop
// waits until the answer is kept.
func (s Session) refresh(ctx context.Context) (grant.Token, error) {
	kept, err := s.recall(ctx)
	if err != nil {
		return grant.Token{}, err
	}
	ctx = context.WithoutCancel(ctx)
	token, err := s.endpoint(kept.ClientID).Token(ctx, grant.RefreshToken{Token: NewSecret(kept.RefreshToken)})
	var refusal *grant.Error
	if errors.As(err, &refusal) && refusal.Code == "invalid_grant" {
		return grant.Token{}, &Error{Kind: Denied, Message: "the session of " + quote(s.Username) + " is over", Cause: err, Hint: "sign in again: apitok login"}
	}
	if err != nil {
		return grant.Token{}, sessionError(s.Realm, kept.ClientID, err)
	}
	return token, s.keep(ctx, token, kept.ClientID, kept.Way)
}

func (s Session) recall(ctx context.Context) (session, error) {
	text, err := s.Store.Get(ctx, s.item())
	if NotFound.Is(err) {
		return session{}, notSignedIn()
	}
	if err != nil {
		return session{}, err
	}
	var kept session
	if json.Unmarshal([]byte(text.Reveal()), &kept) != nil {
		return session{}, &Error{Kind: StoreFailed, Message: "what is kept of the sign-in of " + s.Username + " is no session", Hint: "run apitok login"}
	}
	return kept, nil
}

// keep stores a session as the server has just given it.
func (s Session) keep(ctx context.Context, token grant.Token, clientID string, way Way) error {
	b, err := json.Marshal(session{ClientID: clientID, Way: way, RefreshToken: token.RefreshToken.Reveal(), Ends: token.RefreshExpiry})
	if err != nil {
		return err
	}
	if err := s.Store.Put(ctx, s.item(), NewSecret(string(b)), token.RefreshExpiry); err != nil {
		return err
	}
	s.cache(ctx, token)
	return nil
}

func (s Session) endpoint(clientID string) grant.Endpoint {
	return publicEndpoint(s.Realm, s.HTTP, s.Now, clientID)
}

func publicEndpoint(realm Realm, client *http.Client, now Clock, clientID string) grant.Endpoint {
	return grant.Endpoint{URL: realm.TokenURL(), HTTP: client, Now: now, Auth: grant.PublicClient{ClientID: clientID}}
}

// endpoint returns the address of one of the realm's endpoints; see TokenURL.
func (r Realm) endpoint(name string) string { return r.Issuer() + "/protocol/openid-connect/" + name }
