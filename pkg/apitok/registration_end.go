package apitok

import (
	"context"
	"errors"
)

// byHolder is why a credential is disabled that its holder disabled.
const byHolder = byCommand + "the holder of its registration access token"

// Disable stops a delegated credential at once. Only an administrator can enable it
// again; until then its registration access token does not hold either.
func (d *Delegate) Disable(ctx context.Context, ref Ref, dryRun bool) (result Result, err error) {
	err = d.alone(ctx, ref, func() error {
		result, err = d.disable(ctx, ref, dryRun)
		return err
	})
	return result, err
}

func (d *Delegate) disable(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	kept, err := d.recallDelegated(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	c, err := d.see(ctx, ref, kept)
	if NotFound.Is(err) {
		return d.stoppedAlready(ctx, ref, kept)
	}
	if err != nil {
		return Result{}, err
	}
	result := Result{Credential: c, Changes: []string{"disable client " + c.ClientID}}
	if dryRun {
		return result, nil
	}
	enabled, now := false, d.Now()
	next, err := d.Registration.Change(ctx, c.ClientID, NewSecret(kept.Delegated.Token), RegistrationChange{Enabled: &enabled,
		Attributes: map[string]string{attrDisabledAt: encodeTime(now), attrDisabledWhy: byHolder}})
	if err != nil && !NotFound.Is(err) {
		return Result{}, err
	}
	if failed := d.keepNext(ctx, ref, kept, next); failed != nil {
		return Result{}, failed
	}
	if err != nil {
		// The network may have sent it twice.
		if _, err := d.stoppedAlready(ctx, ref, kept); err != nil {
			return Result{}, err
		}
	}
	result.Done, result.Credential.State = true, Disabled
	result.Credential.DisabledAt, result.Credential.DisabledBecause = now, byHolder
	return result, d.dropTokens(ctx, c.ClientID)
}

// stoppedAlready is the answer where the server does not take the registration access
// token: nothing is to be done if it knows no enabled client of that id.
func (d *Delegate) stoppedAlready(ctx context.Context, ref Ref, kept held) (Result, error) {
	if _, err := d.fetch(ctx, ref.ClientID(), NewSecret(kept.Secret), nil); !isUnknownClient(err) {
		return Result{}, d.refused(ctx, ref, kept)
	}
	c := kept.credential(ref)
	c.State = Disabled
	return Result{Credential: c}, d.dropTokens(ctx, ref.ClientID())
}

// Revoke deletes a delegated credential for good, here and on the server, and finishes
// what an earlier Revoke was stopped at.
func (d *Delegate) Revoke(ctx context.Context, ref Ref, dryRun bool) (result Result, err error) {
	err = d.alone(ctx, ref, func() error {
		result, err = d.revoke(ctx, ref, dryRun)
		return err
	})
	return result, err
}

func (d *Delegate) revoke(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	kept, err := d.recallDelegated(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	c, err := d.see(ctx, ref, kept)
	gone := NotFound.Is(err)
	if err != nil && (!gone || !kept.Delegated.Revoking) {
		if gone {
			err = d.refused(ctx, ref, kept)
		}
		return Result{}, err
	}
	result := Result{Credential: c, Changes: []string{"delete client " + ref.ClientID(), "drop its secret and cached tokens from this machine"}}
	if dryRun {
		return result, nil
	}
	if !gone {
		kept.Delegated.Revoking = true
		if err := d.keep(ctx, ref.ClientID(), kept); err != nil {
			return Result{}, err
		}
		err = d.Registration.Delete(ctx, ref.ClientID(), NewSecret(kept.Delegated.Token))
		gone = NotFound.Is(err)
	}
	if Denied.Is(err) || Conflict.Is(err) || Failed.Is(err) {
		// It was refused, so a client that is unknown later is a disabled one.
		kept.Delegated.Revoking = false
		return Result{}, errors.Join(err, d.keep(ctx, ref.ClientID(), kept))
	}
	if gone {
		// It was told so before; a disabled client does not take the token either.
		if _, err = d.fetch(ctx, ref.ClientID(), NewSecret(kept.Secret), nil); !isUnknownClient(err) {
			return Result{}, d.refused(ctx, ref, kept)
		}
		err = nil
	}
	if err != nil {
		return Result{}, err
	}
	result.Done = true
	return result, d.drop(ctx, ref.ClientID())
}
