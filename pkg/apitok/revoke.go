package apitok

import "context"

// Revoke deletes a credential for good, here and on the server. It works on an
// unfinished one too.
func (a *Admin) Revoke(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	c, err := a.find(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	result := Result{Credential: c, Changes: []string{"delete client " + c.ClientID}}
	if err := a.stored(ctx, &result.Credential); err != nil {
		return Result{}, err
	}
	if result.Credential.Stored {
		result.Changes = append(result.Changes, "drop its secret and cached tokens from this machine")
	}
	if dryRun {
		return result, nil
	}
	if err := a.Directory.DeleteClient(ctx, c.client.ID); err != nil {
		return Result{}, err
	}
	result.Done = true
	return result, a.drop(ctx, c.ClientID)
}
