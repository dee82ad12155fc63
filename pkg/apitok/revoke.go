package apitok

import "context"

// Revoke deletes a credential for good, here and on the server. It works on an
// unfinished one too, and finishes what an earlier Revoke was stopped at: where
// the server has none any more, what this machine holds of it is dropped. What lets
// it act as users is taken back first, as far as the account may; a note names the rest.
// NotFound when neither has anything.
func (a *Admin) Revoke(ctx context.Context, ref Ref, dryRun bool) (result Result, err error) {
	err = a.alone(ctx, ref, func() error {
		result, err = a.revoke(ctx, ref, dryRun)
		return err
	})
	return result, err
}

func (a *Admin) revoke(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	result := Result{Credential: Credential{ClientID: ref.ClientID()}}
	if err := a.stored(ctx, &result.Credential); err != nil {
		return Result{}, err
	}
	stored := result.Credential.Stored
	c, err := a.find(ctx, ref)
	switch {
	case err == nil:
		result.Credential = c
		result.Credential.Stored = stored
	case !NotFound.Is(err) || !stored:
		return Result{}, err
	}
	if c.client.ID != "" {
		if result.Changes, err = a.unmakeImpersonator(ctx, c, dryRun); err != nil {
			return Result{}, err
		}
		result.Changes = append(result.Changes, "delete client "+c.ClientID)
	}
	if stored {
		result.Changes = append(result.Changes, "drop its secret and cached tokens from this machine")
	}
	if dryRun {
		return result, nil
	}
	if c.client.ID != "" {
		if err := a.deleteClient(ctx, c); err != nil {
			return Result{}, err
		}
	}
	result.Done = true
	return result, a.dropRevoked(ctx, ref.ClientID())
}

// dropRevoked deletes all that this machine holds of a credential, also the key with which
// it acted as users.
func (a *Admin) dropRevoked(ctx context.Context, clientID string) error {
	if err := a.dropItems(ctx, clientID, AssertionKeyItem); err != nil {
		return err
	}
	return a.drop(ctx, clientID)
}

// deleteClient deletes a credential from the server. It is no error if it is gone
// by then.
func (a *Admin) deleteClient(ctx context.Context, c Credential) error {
	err := a.Directory.DeleteClient(ctx, c.client.ID)
	if NotFound.Is(err) {
		return nil
	}
	return err
}
