package apitok

import (
	"context"
	"time"

	"github.com/apitok/apitok/pkg/flight"
	"github.com/apitok/apitok/pkg/grant"
)

// A TokenRequest says which token is wanted.
type TokenRequest struct {
	// Ref names the credential. It is not used when ClientID is set.
	Ref Ref
	// ClientID and Secret name a client that the caller knows the secret of, so that
	// the store is not asked for it.
	ClientID string
	Secret   Secret
	// Scopes are the scopes to ask for beyond the client's default.
	Scopes []string
	// Audiences must be in the token: each one's client scope is asked for, and
	// the token is looked at.
	Audiences []string
	// MinValidity is how long the token must still live; 0 is as long as it takes to
	// use it: 30 s, or an eighth of its life where that is less.
	MinValidity time.Duration
	// NoCache neither reads nor writes the cache.
	NoCache bool
	// Force drops the token that the cache has and asks the server for another.
	Force bool
}

// A Token is an access token.
type Token struct {
	AccessToken Secret
	// Type says how to present it, "Bearer" as a rule.
	Type string
	// RenewAt is from when on it is worth asking for another, ExpiresAt when this one
	// ends; both by this machine's clock, and zero when the server did not say.
	RenewAt, ExpiresAt time.Time
	// Scope holds the scopes that were granted.
	Scope []string
}

// Token returns an access token: from the cache while it lives long enough,
// otherwise from the server. Of many processes that want the same one at the same
// time, one asks the server; see [flight.Flights]. A token of which three quarters of
// the life are over is renewed by one process, while the others go on with it, and
// so does that one, with a note, when the server does not answer.
//
// NotFound when this machine does not hold the secret, Denied when the credential has
// expired or the server refuses the secret, CheckFailed when an audience asked for is
// not in the token, or when the server's tokens live shorter than MinValidity.
func (h *Holder) Token(ctx context.Context, req TokenRequest) (Token, error) {
	q := h.query(req)
	got, err := h.token(ctx, q)
	if err == nil {
		err = q.longEnough(got)
	}
	if err != nil {
		return Token{}, err
	}
	h.warn(q.name(), got.credentialEnds)
	// Whoever is at it now has it done in a moment.
	if soon := h.Now().Add(time.Second); !got.RenewAt.IsZero() && got.RenewAt.Before(soon) {
		got.RenewAt = soon
	}
	return got.Token, nil
}

// A query is a request and what follows from it.
type query struct {
	TokenRequest
	client string
	item   Item
	asked  time.Time
	// grant asks for a token that is not the client's own; nil: by client credentials.
	grant func(ctx context.Context, secret Secret) (grant.Token, error)
}

func (h *Holder) query(req TokenRequest) query {
	q := query{TokenRequest: req, client: req.ClientID, asked: h.Now()}
	if q.client == "" {
		q.client = req.Ref.ClientID()
	}
	q.item = tokenItem(h.Realm, q.client, req.Scopes, req.Audiences)
	return q
}

// name is what people call the client.
func (q query) name() string {
	if q.ClientID == "" {
		return q.Ref.String()
	}
	return q.ClientID
}

func (h *Holder) token(ctx context.Context, q query) (issued, error) {
	if q.NoCache || h.Store == nil {
		return h.ask(ctx, q, 0)
	}
	if q.Force {
		if err := h.Store.Delete(ctx, q.item); err != nil && !NotFound.Is(err) {
			// The new one takes its place.
			h.Note("the cached token is not dropped: " + err.Error())
		}
		return h.shared(ctx, q, issued{})
	}
	have, err := h.lookUp(ctx, q)
	if err != nil {
		return issued{}, err
	}
	switch have.worth(q.MinValidity, h.Now()) {
	case fresh:
		return have, nil
	case due:
		return h.renewed(ctx, q, have)
	}
	return h.shared(ctx, q, have)
}

// shared returns the token that one of all the processes which want it gets.
func (h *Holder) shared(ctx context.Context, q query, have issued) (got issued, err error) {
	err = h.Flights.Do(ctx, q.item.Key(), flight.Work{
		Look: func(anew bool) (bool, error) {
			if got, err = h.lookUp(ctx, q); err != nil || got.worth(0, h.Now()) == none {
				return false, err
			}
			if anew && !got.fetched.Before(q.asked.Truncate(time.Second)) {
				// The server gave it to someone who asked later than this process.
				return true, nil
			}
			return !q.Force && got.worth(q.MinValidity, h.Now()) >= due, nil
		},
		Fly: func() (err error) {
			got, err = h.renew(ctx, q, have)
			return err
		},
	})
	return got, err
}

// renewed returns a new token in the place of one that is due, and that one while
// another process is at it.
func (h *Holder) renewed(ctx context.Context, q query, have issued) (got issued, err error) {
	got = have
	err = h.Flights.Try(ctx, q.item.Key(), flight.Work{
		Look: func(bool) (bool, error) {
			now, err := h.lookUp(ctx, q)
			if err != nil || now.worth(q.MinValidity, h.Now()) < fresh {
				return false, err
			}
			got = now
			return true, nil
		},
		Fly: func() (err error) {
			got, err = h.renew(ctx, q, have)
			return err
		},
	})
	return got, err
}
