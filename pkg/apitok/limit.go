package apitok

import "context"

// limit has the server itself refuse the secret after the credential's end.
func (p *comparison) limit(ctx context.Context) error {
	needed, err := p.a.limitNeeded(ctx, p.owner.atlas, p.c)
	if err == nil && needed {
		p.give(func(ctx context.Context) error { return p.a.limitSecret(ctx, p.c) },
			"have the server refuse the secret of client "+p.c.ClientID+" after "+encodeTime(p.c.ExpiresAt))
	}
	return err
}

// limitNeeded tells whether the server can refuse the secret after the credential's
// end, and does not.
func (a *Admin) limitNeeded(ctx context.Context, m *atlas, c Credential) (bool, error) {
	want := serverLimit(c.ExpiresAt)
	if !c.client.Enabled || want.IsZero() || c.client.SecretExpires.Equal(want) || a.limitRefused || c.Delegated && a.sparingRefused {
		return false, nil
	}
	policy, err := m.secretRotation(ctx)
	return err == nil && !policy.Active, err
}

// limitSecret has the server refuse the secret after the credential's end. A realm
// whose rules forbid that keeps the credential all the same.
func (a *Admin) limitSecret(ctx context.Context, c Credential) error {
	err := a.Directory.LimitSecret(ctx, c.client, c.ExpiresAt, c.Delegated)
	if Denied.Is(err) && c.Delegated {
		a.sparingRefused = true
		a.Note("the server does not limit the secret of " + c.Ref().String() + " without ending its registration access token, so apitok sync holds its end")
		return nil
	}
	if Denied.Is(err) {
		a.limitRefused = true
		a.Note("the realm's client registration policies do not let the server limit a secret, so apitok sync holds the end of " + c.Ref().String())
		return nil
	}
	return err
}

// limitRotated limits a new secret as the old one was. The new one is stored and
// works, so a missing right is no failure: sync can still limit it.
func (a *Admin) limitRotated(ctx context.Context, ref Ref) error {
	c, err := a.find(ctx, ref)
	if err != nil {
		return err
	}
	needed, err := a.limitNeeded(ctx, a.newAtlas(), c)
	if Denied.Is(err) {
		a.Note("the server does not limit the new secret of " + ref.String() + ", whose end apitok sync holds: " + AsError(err).Hint)
		return nil
	}
	if err != nil || !needed {
		return err
	}
	return a.limitSecret(ctx, c)
}
