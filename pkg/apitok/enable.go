package apitok

import "context"

// Enable lets a credential be used again: Denied when it has expired.
func (a *Admin) Enable(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	c, err := a.finished(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	if c.expired(a.Now()) {
		return Result{}, hasExpired(ref)
	}
	return a.setEnabled(ctx, c, true, dryRun)
}

// Disable stops a credential at once, its issued tokens included as far as the
// server is asked about them.
func (a *Admin) Disable(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	c, err := a.finished(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	return a.setEnabled(ctx, c, false, dryRun)
}

func (a *Admin) setEnabled(ctx context.Context, c Credential, enabled, dryRun bool) (Result, error) {
	result := Result{Credential: c}
	if c.client.Enabled != enabled {
		result.Changes = []string{map[bool]string{true: "enable", false: "disable"}[enabled] + " client " + c.ClientID}
	}
	if dryRun {
		return result, a.stored(ctx, &result.Credential)
	}
	if len(result.Changes) > 0 {
		if err := a.Directory.SetEnabled(ctx, c.client, enabled); err != nil {
			return Result{}, err
		}
	}
	if !enabled {
		// Also when it was disabled before: whoever did that may have been stopped.
		if err := a.dropTokens(ctx, c.ClientID); err != nil {
			return Result{}, err
		}
	}
	if len(result.Changes) == 0 {
		return result, a.stored(ctx, &result.Credential)
	}
	result.Done = true
	var err error
	result.Credential, err = a.Show(ctx, c.Ref())
	return result, err
}
