package apitok

import "context"

// Enable lets a credential be used again, with what its record and its owner say
// now. Denied when it has expired, or its owner is gone or disabled.
func (a *Admin) Enable(ctx context.Context, ref Ref, dryRun bool) (result Result, err error) {
	err = a.alone(ctx, ref, func() error {
		result, err = a.enable(ctx, ref, dryRun)
		return err
	})
	return result, err
}

func (a *Admin) enable(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	c, err := a.finished(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	m := a.newAtlas()
	p, err := a.compare(ctx, m, c)
	if err != nil {
		return Result{}, err
	}
	if p.dead != "" {
		return Result{}, isDead(ref, p.dead)
	}
	result := Result{Credential: c, Changes: p.words()}
	if !c.client.Enabled {
		result.Changes = append(result.Changes, "enable client "+c.ClientID)
	}
	if dryRun || len(result.Changes) == 0 {
		return result, a.stored(ctx, &result.Credential)
	}
	result.Done = true
	// What it lost meanwhile is taken away before it works again.
	result.Credential, _, err = a.settle(ctx, m, c.ClientID)
	if err == nil && !c.client.Enabled {
		err = a.setEnabled(ctx, c, true, "")
		if err == nil {
			result.Credential, _, err = a.settle(ctx, m, c.ClientID)
		}
	}
	if err != nil {
		return Result{}, err
	}
	return result, a.stored(ctx, &result.Credential)
}

func isDead(ref Ref, why string) *Error {
	hint := "a credential does not outlive its owner"
	switch why {
	case hasEnded:
		hint = "apitok edit --expires gives it another end"
	case groupGone:
		hint = "apitok edit --group or --no-group gives it other roles"
	case ownerIsAdmin:
		hint = "leave the identity to the service account"
	case copyGone:
		hint = "someone took away or changed its role " + DelegatedRole + ": apitok revoke it and make it anew"
	case partyGone:
		hint = "apitok edit --azp names another"
	}
	return &Error{Kind: Denied, Message: ref.String() + " must not work: " + why, Hint: hint}
}

// setEnabled enables or disables a credential's client and notes in its record
// when and why it was disabled.
func (a *Admin) setEnabled(ctx context.Context, c Credential, enabled bool, because string) error {
	change := ClientChange{Enabled: &enabled, Attributes: a.noteOf(!enabled, because)}
	return a.Directory.ChangeClient(ctx, c.client, change)
}

// noteOf is what the record says of a client that is disabled from now on, or is not.
func (a *Admin) noteOf(disabled bool, because string) map[string]string {
	since := ""
	if disabled {
		since = encodeTime(a.Now())
	}
	return map[string]string{attrVersion: recordVersion, attrDisabledAt: since, attrDisabledWhy: because}
}
