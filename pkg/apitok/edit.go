package apitok

import (
	"context"
	"maps"
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
	// Allow replaces what it may ask for besides tokens of its own.
	Allow *[]string
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
	if err == nil {
		c, err = a.known(ctx, c)
	}
	if err != nil {
		return Result{}, err
	}
	if c.Delegated {
		if err := ownTokensAlone(req.Ref, deref(req.Allow, nil), "apitok delegate "+req.Ref.String()+" --take-back makes it undelegated"); err != nil {
			return Result{}, err
		}
	}
	m := a.newAtlas()
	edited, change := req.apply(c)
	plan, err := a.planRecord(ctx, m, edited.Record, req.rules())
	if err != nil {
		return Result{}, err
	}
	edited.Record = plan.record
	change.Attributes = changedAttributes(c.Record, plan.record)
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
	if err := a.copyEdited(ctx, c, plan.record, deref(req.TokenLifetime, c.lifetime())); err != nil {
		return Result{}, err
	}
	if err := a.Directory.ChangeClient(ctx, c.client, change); err != nil {
		return Result{}, err
	}
	result.Done = true
	if result.Credential, _, err = a.settle(ctx, m, c.ClientID); err != nil {
		return Result{}, err
	}
	for name, value := range change.Attributes {
		if result.Credential.client.Attributes[name] != value {
			return Result{}, &Error{Kind: Conflict, Message: req.Ref.String() + " was edited by someone else just now", Hint: "see apitok show, and edit it again"}
		}
	}
	return result, a.afterEdit(ctx, &result.Credential)
}

// changedAttributes are those that differ, so that what someone else edits at the
// same time stays. The version is always there, since Keycloak wants one.
func changedAttributes(before, after Record) map[string]string {
	attrs, old := after.Attributes(), before.Attributes()
	maps.DeleteFunc(attrs, func(name, value string) bool { return old[name] == value && name != attrVersion })
	return attrs
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
	kept.ExpiresAt = c.ExpiresAt
	if err := a.keep(ctx, c.ClientID, kept); err != nil || c.State != Active {
		return err
	}
	err = a.prove(ctx, c.ClientID, secret, c.Record)
	if Denied.Is(err) {
		a.Note("the secret of " + c.Ref().String() + " on this machine is not the present one: apitok import takes that in, apitok rotate makes a new one")
		return nil
	}
	return err
}
