package apitok

import (
	"context"
	"errors"
	"time"
)

// A RotateRequest says how to change a credential's secret.
type RotateRequest struct {
	Ref Ref
	// IfOlderThan leaves a secret alone that is younger; 0 changes any.
	IfOlderThan time.Duration
	// NoStore leaves the new secret to the caller instead of keeping it here.
	NoStore bool
	// DryRun only finds out what would be done.
	DryRun bool
}

// Rotate gives a credential a new secret, keeps it, proves it with a token, and
// drops the cached tokens of the old one. Denied when the credential has expired.
// With NoStore the result holds the new secret even when a later step failed, since
// nobody else has it. Where a policy of the realm keeps the old secret valid for a
// while, the result's credential says until when.
//
// The store is known to be writable, and what it keeps of the credential is read,
// before the server is changed. Stopped after that, it leaves the server with a secret
// that nobody has; the same Rotate puts that right.
func (a *Admin) Rotate(ctx context.Context, req RotateRequest) (Result, error) {
	var result Result
	err := a.alone(ctx, req.Ref, func() error {
		c, err := a.finished(ctx, req.Ref)
		if err != nil {
			return err
		}
		result.Credential = c
		due, err := a.due(ctx, c, req)
		if err != nil || !due {
			return errors.Join(err, a.stored(ctx, &result.Credential))
		}
		result.Changes = rotateChanges(c, req)
		if req.DryRun {
			return a.stored(ctx, &result.Credential)
		}
		result.Secret, err = a.rotate(ctx, c, req)
		if err != nil {
			return err
		}
		result.Done = true
		if err := a.limitRotated(ctx, req.Ref); err != nil {
			return err
		}
		result.Credential, err = a.Show(ctx, req.Ref)
		return err
	})
	return result, err
}

// due tells whether the secret is to be changed. A young one that this machine
// holds must work: a rotation that was stopped leaves a dead one here, and a cron
// job would leave it until it is old.
func (a *Admin) due(ctx context.Context, c Credential, req RotateRequest) (bool, error) {
	if c.expired(a.Now()) {
		return false, hasExpired(req.Ref)
	}
	if req.IfOlderThan == 0 || a.Now().Sub(secretAge(c)) >= req.IfOlderThan {
		return true, nil
	}
	if err := a.stored(ctx, &c); err != nil || !c.Stored || c.State != Active {
		return false, err
	}
	kept, err := a.recall(ctx, req.Ref)
	if err == nil {
		_, err = a.fetch(ctx, c.ClientID, NewSecret(kept.Secret), nil)
	}
	if Denied.Is(err) || NotFound.Is(err) {
		return true, nil
	}
	return false, err
}

// secretAge returns when the present secret was made.
func secretAge(c Credential) time.Time {
	if !c.client.SecretCreated.IsZero() {
		return c.client.SecretCreated
	}
	return c.CreatedAt
}

func rotateChanges(c Credential, req RotateRequest) []string {
	list := []string{"give client " + c.ClientID + " a new secret"}
	if req.NoStore {
		return append(list, "drop the old one and its cached tokens from this machine")
	}
	list = append(list, "store it on this machine")
	return append(list, "drop the cached tokens of the old one")
}

func (a *Admin) rotate(ctx context.Context, c Credential, req RotateRequest) (Secret, error) {
	kept, err := a.besideRotated(ctx, req)
	if err != nil {
		return Secret{}, err
	}
	secret, err := a.Directory.RegenerateSecret(ctx, c.client.ID)
	if err != nil {
		return Secret{}, err
	}
	if !req.NoStore {
		if err := a.keepRotated(ctx, c, kept, secret); err != nil {
			return Secret{}, err
		}
	}
	if err := a.proveRotated(ctx, c, secret); err != nil {
		return secret, err
	}
	if req.NoStore {
		return secret, a.drop(ctx, c.ClientID) // what is stored is the old one
	}
	return secret, a.dropTokens(ctx, c.ClientID)
}

// besideRotated finds out, before the server is changed, whether the store can be written
// and what the new secret goes beside.
func (a *Admin) besideRotated(ctx context.Context, req RotateRequest) (held, error) {
	if req.NoStore {
		return held{}, nil
	}
	if err := a.Store.Probe(ctx); err != nil {
		return held{}, err
	}
	return a.beside(ctx, req.Ref)
}

// proveRotated proves the new secret. Conflict when it is the present one no more:
// of two rotations at once the later one counts, and the earlier one says so.
func (a *Admin) proveRotated(ctx context.Context, c Credential, secret Secret) error {
	var unproven error
	if c.State == Active {
		unproven = a.prove(ctx, c.ClientID, secret, c.Record)
	}
	if unproven != nil && !Denied.Is(unproven) {
		return unproven
	}
	present, err := a.Directory.ClientSecret(ctx, c.client.ID)
	if err == nil && present.Reveal() != secret.Reveal() {
		return &Error{Kind: Conflict, Message: c.Ref().String() + " was rotated by someone else just now", Cause: unproven,
			Hint: "the secret that works is with them; apitok rotate again makes a new one here"}
	}
	return errors.Join(unproven, err)
}

// keepRotated stores the new secret even if the caller wants to stop by now: the
// old one may be dead already.
func (a *Admin) keepRotated(ctx context.Context, c Credential, kept held, secret Secret) error {
	err := a.keepAnew(context.WithoutCancel(ctx), c.Ref(), kept, secret, c.ExpiresAt)
	if err != nil {
		return &Error{Kind: StoreFailed, Message: "the server has a new secret for " + c.Ref().String() + ", but it could not be stored", Cause: err,
			Hint: "mend the store and run apitok rotate again"}
	}
	return nil
}

// DropOld ends the secret before the present one, which a rotation policy of the
// realm may keep valid, and makes no new one.
func (a *Admin) DropOld(ctx context.Context, ref Ref, dryRun bool) (result Result, err error) {
	err = a.alone(ctx, ref, func() error {
		result, err = a.dropOld(ctx, ref, dryRun)
		return err
	})
	return result, err
}

func (a *Admin) dropOld(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	c, err := a.finished(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	result := Result{Credential: c}
	if !c.OldSecretUntil.IsZero() {
		result.Changes = []string{"end the old secret of client " + c.ClientID}
	}
	if dryRun || len(result.Changes) == 0 {
		return result, a.stored(ctx, &result.Credential)
	}
	if err := a.Directory.DropRotatedSecret(ctx, c.client.ID); err != nil {
		return Result{}, err
	}
	result.Done = true
	result.Credential, err = a.Show(ctx, ref)
	return result, err
}
