package apitok

import (
	"context"
	"errors"
	"slices"
	"time"
)

// A DelegateRequest says which credential to delegate, and how it gets to its holder.
type DelegateRequest struct {
	Ref     Ref
	Courier Courier
	// DryRun only finds out what would be done.
	DryRun bool
}

// Delegate lets somebody rotate, disable and revoke a credential without rights in the
// realm: it hands over the present secret and a new registration access token, which
// ends the one before. CheckFailed when the realm does not keep the holder from more.
//
// Stopped at any instant, the same Delegate completes it.
func (a *Admin) Delegate(ctx context.Context, req DelegateRequest) (result Result, err error) {
	err = a.alone(ctx, req.Ref, func() error {
		result, err = a.delegate(ctx, req)
		return err
	})
	return result, err
}

func (a *Admin) delegate(ctx context.Context, req DelegateRequest) (Result, error) {
	c, err := a.finished(ctx, req.Ref)
	if err == nil {
		c, err = a.known(ctx, c)
	}
	switch {
	case err != nil:
		return Result{}, err
	case c.expired(a.Now()):
		return Result{}, hasExpired(req.Ref)
	case c.delegation.dead(c) != "":
		return Result{}, isDead(req.Ref, c.delegation.dead(c))
	case c.client.Attributes[attrImpersonation] != "":
		return Result{}, ownTokensAlone(req.Ref, []string{"those of users"}, "apitok setup impersonation --for "+req.Ref.String()+" --remove takes that away")
	}
	err = ownTokensAlone(req.Ref, sorted(slices.Concat(c.Allow, c.client.Allowed)), "apitok edit "+req.Ref.String()+" --no-allow takes that away")
	if err := errors.Join(err, a.bounded(ctx), req.Courier.Probe()); err != nil {
		return Result{}, AsError(err)
	}
	result := Result{Credential: c}
	if c.delegation == nil {
		result.Changes = markWords(c.ClientID)
	}
	result.Changes = append(result.Changes, handOverWords)
	if req.DryRun {
		return result, a.stored(ctx, &result.Credential)
	}
	if c.delegation == nil {
		if err := a.mark(ctx, c); err != nil {
			return Result{}, err
		}
	}
	result.Credential, _, err = a.settle(ctx, a.newAtlas(), c.ClientID)
	if err != nil {
		return Result{}, err
	}
	secret, err := a.Directory.ClientSecret(ctx, c.client.ID)
	if err == nil {
		err = a.handOver(ctx, result.Credential, secret, req.Courier)
	}
	result.Done = err == nil
	return result, errors.Join(err, a.stored(ctx, &result.Credential))
}

const handOverWords = "make a registration access token and hand it over with the secret"

func markWords(clientID string) []string {
	return []string{"mark client " + clientID + " as delegated by its role " + DelegatedRole + ", with a copy of its record"}
}

// mark makes a credential a delegated one. The role goes first: it is what binds the
// holder.
func (a *Admin) mark(ctx context.Context, c Credential) error {
	copied := newCopy(c.Record, c.client.TokenLifetime, c.client.DefaultScopes, c.client.OptionalScopes)
	copied.Others = othersOf(c.client, c.Record)
	if err := a.putCopy(ctx, c.client.ID, copied); err != nil {
		return err
	}
	return a.Directory.ChangeClient(ctx, c.client, ClientChange{Attributes: DelegatedAttributes()})
}

func (a *Admin) putCopy(ctx context.Context, id string, copied recordCopy) error {
	role, err := copied.role()
	if err != nil {
		return err
	}
	return a.Directory.PutOwnRole(ctx, id, role)
}

// copyEdited keeps the copy of a delegated credential's record in step with an edit. It
// goes before the record: stopped in between, sync completes the edit.
func (a *Admin) copyEdited(ctx context.Context, c Credential, record Record, lifetime time.Duration) error {
	if c.delegation == nil || c.delegation.copied == nil {
		return nil
	}
	copied := *c.delegation.copied
	edited := newCopy(record, lifetime, copied.DefaultScopes, copied.OptionalScopes)
	edited.Others = copied.Others
	return a.putCopy(ctx, c.client.ID, edited)
}

// copyNew makes the client of a create a delegated one.
func (a *Admin) copyNew(ctx context.Context, plan *createPlan) error {
	given, err := plan.atlas.scopesOfNewClients(ctx)
	if err != nil {
		return err
	}
	return a.putCopy(ctx, plan.id, newCopy(plan.record, plan.spec.TokenLifetime, given.always, given.onRequest))
}

// handOver makes a registration access token and delivers it.
func (a *Admin) handOver(ctx context.Context, c Credential, secret Secret, courier Courier) error {
	token, err := a.Directory.RegistrationToken(ctx, c.client.ID)
	if err != nil {
		return err
	}
	err = courier.Deliver(Handover{Realm: a.Realm, ClientID: c.ClientID, Secret: secret, RegistrationToken: token,
		ExpiresAt: c.ExpiresAt, Audiences: c.Audiences})
	if err != nil {
		return &Error{Kind: Failed, Message: "the hand-over of " + c.Ref().String() + " could not be written", Cause: err,
			Hint: "the registration access token before it has ended: run apitok delegate " + c.Ref().String() + " again"}
	}
	return nil
}
