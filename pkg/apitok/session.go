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

// session is what the store keeps of one.
type session struct {
	ClientID     string    `json:"client_id"`
	Way          Way       `json:"way"`
	AccessToken  string    `json:"access_token"`
	ExpiresAt    time.Time `json:"expires_at"`
	RefreshToken string    `json:"refresh_token"`
	Ends         time.Time `json:"session_ends,omitzero"`
}

func (k session) fresh(now time.Time) bool { return k.ExpiresAt.Sub(now) >= loginLeeway }

// SignIn continues the session. Its tokens are Denied when the session is over.
func (s Session) SignIn() *SignIn {
	return &SignIn{realm: s.Realm, now: s.Now, renew: s.resume}
}

// Renew makes sure that the session lives. Denied when it is over.
func (s Session) Renew(ctx context.Context) error {
	return s.alone(ctx, func() error {
		kept, err := s.recall(ctx)
		if err == nil {
			_, err = s.refresh(ctx, kept)
		}
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
		if NotFound.Is(err) {
			return nil
		}
		if err != nil {
			return err
		}
		var kept session
		// A client's secret is no session, nor what cannot be read.
		if json.Unmarshal([]byte(text.Reveal()), &kept) == nil {
			if err := s.revoke(ctx, kept); err != nil {
				return err
			}
		}
		return s.Store.Delete(ctx, s.item())
	})
}

// revoke ends the session at the server. A server that refuses has no such session,
// client or realm any more.
func (s Session) revoke(ctx context.Context, kept session) error {
	err := s.endpoint(kept.ClientID).Revoke(ctx, s.Realm.endpoint("revoke"), NewSecret(kept.RefreshToken))
	var refusal *grant.Error
	if errors.As(err, &refusal) && refusal.Status < http.StatusInternalServerError && refusal.Status != http.StatusTooManyRequests {
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
	kept, err := s.recall(ctx)
	if err == nil && !kept.fresh(s.Now()) {
		err = s.alone(ctx, func() error {
			if kept, err = s.recall(ctx); err != nil || kept.fresh(s.Now()) {
				return err
			}
			kept, err = s.refresh(ctx, kept)
			return err
		})
	}
	if err != nil {
		return grant.Token{}, err
	}
	return grant.Token{AccessToken: NewSecret(kept.AccessToken), Expiry: kept.ExpiresAt}, nil
}

// refresh renews the session and keeps it before anything is done with it. A server
// that takes a refresh token once has taken it when it answers, so a wish to stop
// waits until the answer is kept.
func (s Session) refresh(ctx context.Context, kept session) (session, error) {
	ctx = context.WithoutCancel(ctx)
	token, err := s.endpoint(kept.ClientID).Token(ctx, grant.RefreshToken{Token: NewSecret(kept.RefreshToken)})
	var refusal *grant.Error
	if errors.As(err, &refusal) && refusal.Code == "invalid_grant" {
		return session{}, &Error{Kind: Denied, Message: "the session of " + quote(s.Username) + " is over", Cause: err, Hint: "sign in again: apitok login"}
	}
	if err != nil {
		return session{}, sessionError(s.Realm, kept.ClientID, err)
	}
	kept = sessionOf(token, kept.ClientID, kept.Way)
	return kept, s.keep(ctx, kept)
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
		return session{}, &Error{Kind: StoreFailed, Message: "the stored session cannot be read", Hint: "run apitok login"}
	}
	return kept, nil
}

func (s Session) keep(ctx context.Context, kept session) error {
	b, err := json.Marshal(kept) //nolint:gosec // it goes into the store
	if err != nil {
		return err
	}
	return s.Store.Put(ctx, s.item(), NewSecret(string(b)))
}

func sessionOf(token grant.Token, clientID string, way Way) session {
	return session{ClientID: clientID, Way: way, AccessToken: token.AccessToken.Reveal(), ExpiresAt: token.Expiry,
		RefreshToken: token.RefreshToken.Reveal(), Ends: token.RefreshExpiry}
}

func (s Session) endpoint(clientID string) grant.Endpoint {
	return grant.Endpoint{URL: s.Realm.TokenURL(), HTTP: s.HTTP, Auth: grant.PublicClient{ClientID: clientID}}
}

// endpoint returns the address of one of the realm's endpoints; see TokenURL.
func (r Realm) endpoint(name string) string { return r.Issuer() + "/protocol/openid-connect/" + name }
