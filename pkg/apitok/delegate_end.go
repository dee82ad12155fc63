package apitok

import (
	"context"
	"errors"
)

// TakeBack ends what Delegate began: the registration access token that was handed over
// holds no more, what its holder changed is set back, and the credential is as one that
// was never delegated. Its secret stays, and the holder knows it until [Admin.Rotate].
// Nothing is done to one that is delegated to nobody. Denied when it must not work: then
// the token has ended, and the copy of the record stays.
//
// Stopped at any instant, the same TakeBack completes it.
func (a *Admin) TakeBack(ctx context.Context, ref Ref, dryRun bool) (result Result, err error) {
	err = a.alone(ctx, ref, func() error {
		result, err = a.undelegate(ctx, ref, dryRun)
		return err
	})
	return result, err
}

func (a *Admin) undelegate(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	c, err := a.finished(ctx, ref)
	if err == nil {
		c, err = a.known(ctx, c)
	}
	if err != nil {
		return Result{}, err
	}
	if c.delegation == nil {
		err := a.stored(ctx, &c)
		return Result{Credential: c}, err
	}
	m := a.newAtlas()
	if !dryRun {
		// It ends the holder's, and nobody learns it.
		if _, err := a.Directory.RegistrationToken(ctx, c.client.ID); err != nil {
			return Result{}, err
		}
		// What the holder changed is set back as long as there is the copy.
		if c, _, err = a.settle(ctx, m, c.ClientID); err != nil {
			return Result{}, err
		}
	}
	p, err := a.compare(ctx, m, c)
	switch {
	case err != nil:
		return Result{}, err
	case p.dead != "":
		return Result{}, isDead(ref, p.dead)
	}
	result := Result{Credential: c, Changes: []string{"make a registration access token and give it to nobody, which ends the holder's",
		"take role " + DelegatedRole + " with the copy of its record from client " + c.ClientID}}
	if !dryRun {
		result.Credential, err = a.dropCopy(ctx, ref, p.c)
		result.Done = err == nil
	}
	return result, errors.Join(err, a.stored(ctx, &result.Credential))
}

// dropCopy makes a delegated credential another one again. The role goes last, since the
// attribute without it would tell of a copy that is lost, and when the limit of the secret
// is back, which the change of the attribute erases.
func (a *Admin) dropCopy(ctx context.Context, ref Ref, c Credential) (Credential, error) {
	err := a.Directory.ChangeClient(ctx, c.client, ClientChange{Attributes: map[string]string{attrVersion: recordVersion, attrDelegated: ""}})
	if err == nil {
		err = a.limitRotated(ctx, ref)
	}
	if err == nil {
		err = a.Directory.DeleteOwnRole(ctx, c.delegation.role)
	}
	if err != nil {
		return c, err
	}
	return a.find(ctx, ref)
}
