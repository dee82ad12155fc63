package apitok

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

const (
	// renewPatience is how long the server may take to renew a token that still holds.
	renewPatience = 3 * time.Second
	// renewPause is how long a token that could not be renewed is left alone, so that
	// not every process waits for a server that is down.
	renewPause = 10 * time.Second
)

// renew gets a token and keeps it. Where the server does not answer, what the cache
// has must do as long as it holds, and the failure is a note.
func (h *Holder) renew(ctx context.Context, q query, have issued) (issued, error) {
	patience := time.Duration(0)
	if have.worth(q.MinValidity, h.Now()) > none {
		patience = renewPatience
	}
	got, err := h.ask(ctx, q, patience)
	if err == nil {
		h.keepToken(ctx, q, got)
		return got, nil
	}
	down := Unavailable.Is(err) || errors.Is(err, context.DeadlineExceeded)
	now := h.Now()
	if !down || ctx.Err() != nil || have.worth(q.MinValidity, now) == none {
		return issued{}, err
	}
	h.Note("warning: the cached token could not be renewed and holds for another " + short(have.ExpiresAt.Sub(now).Truncate(time.Second)) + ": " + err.Error())
	if next := now.Add(renewPause); next.Before(have.ExpiresAt.Add(-have.enough())) {
		have.RenewAt = next
		h.keepToken(ctx, q, have)
	}
	return have, nil
}

// ask gets a token from the server, whose refusal of a credential that has expired by
// this machine's clock only says that it has. The server may take as long as patience,
// if that is not 0; a store may be waiting for a person, which has limits of its own.
func (h *Holder) ask(ctx context.Context, q query, patience time.Duration) (issued, error) {
	kept := held{Secret: q.Secret.Reveal()}
	if q.ClientID == "" {
		var err error
		kept, err = h.recall(ctx, q.Ref)
		if NotFound.Is(err) && q.grant == nil {
			return h.refreshKey(ctx, q, err)
		}
		if err != nil {
			return issued{}, err
		}
	}
	over := !kept.ExpiresAt.IsZero() && !h.Now().Before(kept.ExpiresAt)
	if over && h.Now().Sub(kept.ExpiresAt) > clockDoubt {
		return issued{}, expiredOn(q, kept.ExpiresAt)
	}
	if patience > 0 {
		limited, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		ctx = limited
	}
	got, err := h.freshToken(ctx, q, NewSecret(kept.Secret))
	if isRefusedClient(err) && q.ClientID == "" {
		got, err = h.afterRotation(ctx, q, kept, err)
	}
	switch {
	case Denied.Is(err) && over:
		return issued{}, expiredOn(q, kept.ExpiresAt)
	case err != nil:
		return issued{}, err
	}
	return h.issue(q, got, kept.ExpiresAt)
}

func expiredOn(q query, end time.Time) error {
	return &Error{Kind: Denied, Message: q.name() + " expired on " + end.Format(time.RFC3339),
		Hint: "an administrator can make a new one with apitok create"}
}

// afterRotation tries again with the secret that a rotation on this machine, under
// way just now or stopped, puts in the place of the refused one.
func (h *Holder) afterRotation(ctx context.Context, q query, refused held, refusal error) (grant.Token, error) {
	if err := h.alone(ctx, q.Ref, func() error { return nil }); err != nil {
		return grant.Token{}, err
	}
	kept, err := h.recall(ctx, q.Ref)
	if err != nil {
		return grant.Token{}, err
	}
	if kept.Secret != refused.Secret {
		return h.freshToken(ctx, q, NewSecret(kept.Secret))
	}
	if kept.Delegated != nil && kept.Delegated.Pending != "" {
		// A rotation that was stopped may have come this far.
		return h.freshToken(ctx, q, NewSecret(kept.Delegated.Pending))
	}
	return grant.Token{}, refusal
}

// freshToken asks for the client scope of each audience. A client whose audience
// comes by another way has no such scope, so what counts is what the token says.
func (h *Holder) freshToken(ctx context.Context, q query, secret Secret) (grant.Token, error) {
	if q.grant != nil {
		return q.grant(ctx, secret)
	}
	scopes := slices.Clone(q.Scopes)
	for _, audience := range q.Audiences {
		scopes = append(scopes, audienceScope(audience))
	}
	got, err := h.fetch(ctx, q.client, secret, scopes)
	if isInvalidScope(err) && len(q.Audiences) > 0 {
		got, err = h.fetch(ctx, q.client, secret, q.Scopes)
	}
	if err != nil {
		return grant.Token{}, err
	}
	return got, claimsIn(got.AccessToken).checkAudiences(q.Audiences)
}
