package apitok

import (
	"context"
	"slices"
	"time"
)

// Import takes a credential that someone else made into this machine's store,
// after the server gave a token for its secret.
func (h *Holder) Import(ctx context.Context, ref Ref, secret Secret, dryRun bool) error {
	return h.alone(ctx, ref, func() error { return h.takeIn(ctx, ref, secret, dryRun) })
}

func (h *Holder) takeIn(ctx context.Context, ref Ref, secret Secret, dryRun bool) error {
	if err := h.unlessPersonal(ctx, ref); err != nil {
		return err
	}
	if _, err := h.fetch(ctx, ref.ClientID(), secret, nil); err != nil || dryRun {
		return err
	}
	kept, err := h.beside(ctx, ref)
	if err != nil {
		return err
	}
	if err := h.dropTokens(ctx, ref.ClientID()); err != nil {
		return err
	}
	return h.keepAnew(ctx, ref, kept, secret, time.Time{})
}

// Forget drops a credential's secret and cached tokens from this machine and
// leaves the server alone: NotFound when this machine has none, Conflict for a personal
// key, which nobody else holds and which would live on.
func (h *Holder) Forget(ctx context.Context, ref Ref, dryRun bool) error {
	items, err := h.Store.Items(ctx)
	if err != nil {
		return err
	}
	key := secretItem(h.Realm, ref.ClientID()).Key()
	if slices.ContainsFunc(items, func(item Item) bool { return item.Key() == keyItem(h.Realm, ref).Key() }) {
		return &Error{Kind: Conflict, Message: ref.String() + " is a personal key, which this machine alone holds", Hint: "apitok revoke " + ref.String() + " ends it"}
	}
	if !slices.ContainsFunc(items, func(item Item) bool { return item.Key() == key }) {
		return &Error{Kind: NotFound, Message: "this machine holds no secret of " + ref.String()}
	}
	if dryRun {
		return nil
	}
	return h.drop(ctx, ref.ClientID())
}
