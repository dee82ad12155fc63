package apitok

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/cached"
)

// keepPatience is how long a store may take to keep a token that is there already.
const keepPatience = 5 * time.Second

// lookUp returns what the cache has, which may be nothing. StoreFailed for a text
// that is no token; what earlier versions kept, JSON, counts as nothing.
func (h *Holder) lookUp(ctx context.Context, q query) (issued, error) {
	text, err := h.Store.Get(ctx, q.item)
	if NotFound.Is(err) || err == nil && strings.HasPrefix(text.Reveal(), "{") {
		return issued{}, nil
	}
	if err != nil {
		return issued{}, err
	}
	c, ok := cached.Decode(text.Reveal(), q.item.Key())
	if !ok {
		return issued{}, &Error{Kind: StoreFailed, Message: "the cached token of " + q.client + " cannot be read",
			Hint: "replace it with --force"}
	}
	return issued{
		Token: Token{AccessToken: NewSecret(c.AccessToken), Type: c.Type, Scope: strings.Fields(c.Scope),
			RenewAt: moment(c.RenewAt), ExpiresAt: moment(c.ExpiresAt)},
		fetched: moment(c.FetchedAt), credentialEnds: moment(c.CredentialEnds),
	}, nil
}

// keepToken puts a token into the cache. One that cannot be kept is as good as one that
// can, so this is no failure, and a store that hangs is left behind.
func (h *Holder) keepToken(ctx context.Context, q query, t issued) {
	if t.ExpiresAt.IsZero() {
		return
	}
	text := cached.Token{
		AccessToken: t.AccessToken.Reveal(), Type: t.Type, Scope: strings.Join(t.Scope, " "),
		FetchedAt: seconds(t.fetched), RenewAt: seconds(t.RenewAt), ExpiresAt: seconds(t.ExpiresAt), CredentialEnds: seconds(t.credentialEnds),
	}.Encode(q.item.Key())
	if _, ok := cached.Decode(text, q.item.Key()); !ok {
		h.Note("the token is not cached: it is not of the form that RFC 6749 gives it")
		return
	}
	kept := make(chan error, 1)
	go func() { kept <- h.Store.Put(ctx, q.item, NewSecret(text), t.ExpiresAt) }()
	late := time.NewTimer(keepPatience)
	defer late.Stop()
	var err error
	select {
	case err = <-kept:
	case <-late.C:
		err = errors.New("the store did not answer within " + keepPatience.String())
	}
	if err != nil {
		h.Note("the token is not cached: " + err.Error())
	}
}

// moment reads what seconds wrote: whole seconds since the Unix epoch, 0 for none.
func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func seconds(moment time.Time) int64 {
	if moment.IsZero() {
		return 0
	}
	return moment.Unix()
}
