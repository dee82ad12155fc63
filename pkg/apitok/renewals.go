package apitok

import (
	"cmp"
	"context"
	"iter"
	"time"
)

// slowestRetry is the longest pause between attempts to renew a token.
const slowestRetry = time.Minute

// Renewals yields each new token that a request gets, as soon as it is worth having
// instead of the last one; at once if that is the zero Token. It goes on until ctx ends
// or nobody listens. It also yields each failure, and tries again if told to go on:
// after a second, then after twice as long each time, at most a minute.
func (h *Holder) Renewals(ctx context.Context, req TokenRequest, last Token) iter.Seq2[Token, error] {
	return func(yield func(Token, error) bool) {
		least, pause := req.MinValidity, time.Second
		for {
			if !last.AccessToken.IsZero() {
				if !h.waitUntil(ctx, renewAt(last, least, h.Now())) {
					return
				}
				// One that another process has cached meanwhile is as good; this one is not.
				req.Force, req.MinValidity = false, max(least, last.ExpiresAt.Sub(h.Now())+time.Second)
			}
			token, err := h.Token(ctx, req)
			for ; err != nil; token, err = h.Token(ctx, req) {
				if ctx.Err() != nil || !yield(Token{}, err) || !h.waitUntil(ctx, h.Now().Add(pause)) {
					return
				}
				pause = min(2*pause, slowestRetry)
			}
			if token.AccessToken != last.AccessToken && !yield(token, nil) {
				return
			}
			pause, last = time.Second, token
		}
	}
}

// renewAt returns when a token is worth renewing: when it has no more than least to live,
// half of what it has now if that is sooner, and a second from now at the earliest. Never,
// a zero time, for one that does not end.
func renewAt(t Token, least time.Duration, now time.Time) time.Time {
	if t.ExpiresAt.IsZero() {
		return time.Time{}
	}
	left := t.ExpiresAt.Sub(now)
	ahead := min(cmp.Or(least, DefaultMinValidity), left/2)
	return now.Add(max(left-ahead, time.Second))
}

// longestNap is how late a machine that slept may notice that it is time for something.
const longestNap = 5 * time.Second

// waitUntil waits for a time of the day; for ever if it is zero. It is false when ctx
// ended. A timer stands still while the machine sleeps, so it looks at the clock.
func (h *Holder) waitUntil(ctx context.Context, moment time.Time) bool {
	for ctx.Err() == nil {
		left := moment.Round(0).Sub(h.Now().Round(0)) // Round(0) leaves the clock on the wall
		if moment.IsZero() {
			left = longestNap
		}
		if left <= 0 {
			return true
		}
		wait(ctx, min(left, longestNap))
	}
	return false
}
