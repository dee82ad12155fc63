package apitok

import (
	"context"
	"time"
)

// An EditRequest says what to change of a credential; nil leaves it as it is.
type EditRequest struct {
	Ref         Ref
	Description *string
	// Roles with RoleList and Except replace the policy as a whole.
	Roles            *RolePolicy
	RoleList, Except []string
	AllowAdmin       *bool
	// Group is the path of the group that a label's credential joins, "" for none.
	Group *string
	// Audiences and OptionalAudiences replace those it has.
	Audiences, OptionalAudiences *[]string
	Identity                     *Identity
	AuthorizedParty              *string
	// ExpiresAt is its new end; zero: never.
	ExpiresAt *time.Time
	// TokenLifetime is how long its access tokens live; 0 leaves it to the realm.
	TokenLifetime *time.Duration
	// DryRun only finds out what would be done.
	DryRun bool
}

// Edit changes a credential and leaves its secret alone. What it changes is
// held to the same rules as in Create, with the same errors; what it leaves is Sync's
// affair.
//
// The record is written first: stopped after that, the same Edit, or a Sync,
// completes it.
func (a *Admin) Edit(ctx context.Context, req EditRequest) (result Result, err error) {
	err = a.alone(ctx, req.Ref, func() error {
		result, err = a.edit(ctx, req)
		return err
	})
	return result, err
}

func (a *Admin) edit(ctx context.Context, req EditRequest) (Result, error) {
	if err := checkDescription(deref(req.Description, "")); err != nil {
		return Result{}, err
	}
	c, err := a.finished(ctx, req.Ref)
	if err != nil {
		return Result{}, err
	}
	m := a.newAtlas()
	edited, change := req.apply(c)
	plan, err := a.planRecord(ctx, m, edited.Record, req.rules())
	if err != nil {
		return Result{}, err
	}
	edited.Record = plan.record
	change.Attributes = plan.record.Attributes()
	p, err := a.compare(ctx, m, edited)
	if err != nil {
		return Result{}, err
	}
	result := Result{Credential: c, Changes: append(req.words(c, plan.record), p.words()...)}
	switch {
	case req.DryRun:
		return result, a.stored(ctx, &result.Credential)
	case len(result.Changes) == 0:
		// Whoever made it so may have been stopped before this machine knew.
		return result, a.afterEdit(ctx, &result.Credential)
	}
	if err := a.beforeEdit(ctx, c); err != nil {
		return Result{}, err
	}
	if err := a.Directory.ChangeClient(ctx, c.client, change); err != nil {
		return Result{}, err
	}
	result.Done = true
	if result.Credential, _, err = a.settle(ctx, m, req.Ref); err != nil {
		return Result{}, err
	}
	return result, a.afterEdit(ctx, &result.Credential)
}

// beforeEdit makes sure that what this machine holds can be brought up to date.
func (a *Admin) beforeEdit(ctx context.Context, c Credential) error {
	if err := a.stored(ctx, &c); err != nil || !c.Stored {
		return err
	}
	return a.Store.Probe(ctx)
}

// afterEdit brings what this machine holds up to date: cached tokens say what the
// credential was, and the end is kept beside the secret.
func (a *Admin) afterEdit(ctx context.Context, c *Credential) error {
	if err := a.stored(ctx, c); err != nil || !c.Stored {
		return err
	}
	if err := a.dropTokens(ctx, c.ClientID); err != nil {
		return err
	}
	kept, err := a.recall(ctx, c.Ref())
	if err != nil {
		return err
	}
	secret := NewSecret(kept.Secret)
	if err := a.keep(ctx, c.ClientID, secret, c.ExpiresAt); err != nil || c.State != Active {
		return err
	}
	return a.prove(ctx, c.ClientID, secret, c.Record)
}
