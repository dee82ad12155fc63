package apitok

import "context"

// byCommand begins why a credential is disabled that somebody disabled with apitok;
// the account follows.
const byCommand = "disabled by "

// Disable stops a credential at once, its issued tokens included as far as the
// server is asked about them.
func (a *Admin) Disable(ctx context.Context, ref Ref, dryRun bool) (result Result, err error) {
	err = a.alone(ctx, ref, func() error {
		result, err = a.disable(ctx, ref, dryRun)
		return err
	})
	return result, err
}

func (a *Admin) disable(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	c, err := a.find(ctx, ref) // an unfinished one too: its secret may be known
	if err != nil {
		return Result{}, err
	}
	result := Result{Credential: c}
	if c.client.Enabled {
		result.Changes = []string{"disable client " + c.ClientID}
	}
	if dryRun {
		return result, a.stored(ctx, &result.Credential)
	}
	if c.client.Enabled {
		if err := a.setEnabled(ctx, c, false, byCommand+a.By); err != nil {
			return Result{}, err
		}
		result.Done = true
	}
	// Also when it was disabled before: whoever did that may have been stopped.
	if err := a.dropTokens(ctx, c.ClientID); err != nil {
		return Result{}, err
	}
	result.Credential, err = a.Show(ctx, ref)
	return result, err
}
