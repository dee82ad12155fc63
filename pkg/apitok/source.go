package apitok

import (
	"context"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// A Source gives a Go program the tokens of one credential. It is an
// [oauth2.TokenSource] that keeps the token in memory and renews it ahead of its end;
// any number of goroutines may use it.
//
// An [oauth2.Transport] puts its tokens into the requests of an [net/http.Client].
type Source struct {
	fetch func() (Token, error)
	least time.Duration
	now   Clock

	mu      sync.Mutex // guards what follows
	token   Token
	renewAt time.Time
	renewal *renewal // the one under way
}

// A renewal is done when its channel is closed; then the rest is what came of it.
type renewal struct {
	done  chan struct{}
	token Token
	err   error
}

var _ oauth2.TokenSource = (*Source)(nil)

// NewSource makes a source of the tokens that req asks of h. It asks for none yet. When
// ctx ends it gives no new ones.
func NewSource(ctx context.Context, h *Holder, req TokenRequest) *Source {
	fetch := func() (Token, error) {
		token, err := h.Token(ctx, req)
		if err == nil {
			req.Force = false // only the first is to be new at any price
		}
		return token, err
	}
	return &Source{fetch: fetch, least: req.MinValidity, now: h.Now}
}

// Token returns a token that has not expired. While one goroutine renews it, the others
// go on with the one before as long as it is good. The errors are those of
// [Holder.Token]; a renewal that fails ahead of the end is tried again some seconds
// later, and is no error.
func (s *Source) Token() (*oauth2.Token, error) {
	token, err := s.current()
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: token.AccessToken.Reveal(), TokenType: token.Type, Expiry: token.ExpiresAt}, nil
}

func (s *Source) current() (Token, error) {
	s.mu.Lock()
	token, underWay := s.token, s.renewal
	due := token.AccessToken.IsZero() || !s.renewAt.IsZero() && !s.now().Before(s.renewAt)
	switch {
	case !due, underWay != nil && s.good(token):
		s.mu.Unlock()
		return token, nil
	case underWay != nil:
		s.mu.Unlock()
		<-underWay.done
		return underWay.token, underWay.err
	}
	mine := &renewal{done: make(chan struct{})}
	s.renewal = mine
	s.mu.Unlock()
	s.renew(mine, token)
	return mine.token, mine.err
}

func (s *Source) good(t Token) bool {
	return !t.AccessToken.IsZero() && s.now().Before(t.ExpiresAt.Round(0))
}

// retryAhead is the pause after a renewal that failed while the token is still good.
const retryAhead = 5 * time.Second

// renew asks for a token to take the place of old.
func (s *Source) renew(r *renewal, old Token) {
	r.token, r.err = s.fetch()
	at := renewAt(r.token, s.least, s.now())
	if r.err != nil && s.good(old) {
		r.token, r.err, at = old, nil, s.now().Add(retryAhead)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renewal = nil
	if r.err == nil {
		s.token, s.renewAt = r.token, at.Round(0) // the clock on the wall counts sleep
	}
	close(r.done)
}
