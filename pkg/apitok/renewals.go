package apitok

import (
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
		pause := time.Second
		for {
			if !last.AccessToken.IsZero() {
				if !h.waitUntil(ctx, renewAt(last, req.MinValidity, h.Now())) {
					return
				}
				// One that another process has fetched meanwhile is as good.
				req.Force = false
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

// renewAt returns when a token is to be renewed: at its RenewAt, sooner if it must live
// for least, and a second from now at the earliest. Never, a zero time, for one that
// does not end.
func renewAt(t Token, least time.Duration, now time.Time) time.Time {
	if t.ExpiresAt.IsZero() {
		return time.Time{}
	}
	at := t.RenewAt
	if sooner := t.ExpiresAt.Add(-least); sooner.Before(at) {
		at = sooner
	}
	if soon := now.Add(time.Second); at.Before(soon) {
		at = soon
	}
	return at
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
