package apitok

import (
	"context"
	"time"
)

// Import takes a credential that someone else made into this machine's store,
// after the server gave a token for its secret.
func (h *Holder) Import(ctx context.Context, ref Ref, secret Secret, dryRun bool) error {
	return h.alone(ctx, ref, func() error { return h.takeIn(ctx, ref, secret, dryRun) })
}

func (h *Holder) takeIn(ctx context.Context, ref Ref, secret Secret, dryRun bool) error {
	if err := h.Store.Probe(ctx); err != nil {
		return err
	}
	if _, err := h.fetch(ctx, ref.ClientID(), secret, nil); err != nil || dryRun {
		return err
	}
	if err := h.dropTokens(ctx, ref.ClientID()); err != nil {
		return err
	}
	return h.keepAnew(ctx, ref, secret, time.Time{})
}

// Forget drops a credential's secret and cached tokens from this machine and
// leaves the server alone: NotFound when this machine has none.
func (h *Holder) Forget(ctx context.Context, ref Ref, dryRun bool) error {
	if _, err := h.Store.Get(ctx, secretItem(h.Realm, ref.ClientID())); err != nil {
		if NotFound.Is(err) {
			return &Error{Kind: NotFound, Message: "this machine holds no secret of " + ref.String()}
		}
		return err
	}
	if dryRun {
		return nil
	}
	return h.drop(ctx, ref.ClientID())
}
