package apitok

import "context"

// Rotate gives a delegated credential a new secret by its registration access token.
// Denied when the server does not take that any more, or the credential has expired.
//
// The new secret is stored beside the present one before the server is told of it, and
// the next registration access token as soon as the server has said it. Stopped at any
// instant, the same Rotate completes it; where the answer was lost, and the next token
// with it, the new secret works all the same, and an administrator can hand over another
// token.
func (d *Delegate) Rotate(ctx context.Context, req RotateRequest) (result Result, err error) {
	err = d.alone(ctx, req.Ref, func() error {
		result, err = d.rotate(ctx, req)
		return err
	})
	return result, err
}

func (d *Delegate) rotate(ctx context.Context, req RotateRequest) (Result, error) {
	kept, err := d.recallDelegated(ctx, req.Ref)
	if err != nil {
		return Result{}, err
	}
	c, err := d.see(ctx, req.Ref, kept)
	if NotFound.Is(err) {
		return d.stranded(ctx, req, kept)
	}
	if err != nil {
		return Result{}, err
	}
	result := Result{Credential: c, Changes: rotateChanges(c, req)}
	switch late, err := d.arrived(ctx, req.Ref, kept); {
	case err != nil:
		return Result{}, err
	case c.expired(d.Now()):
		return Result{}, hasExpired(req.Ref)
	case req.DryRun:
		return result, nil
	case late:
		result.Secret, err = d.adopt(ctx, req.Ref, kept)
		result.Done = err == nil
		return result, err
	}
	if req.IfOlderThan > 0 && d.Now().Sub(secretAge(c)) < req.IfOlderThan {
		// A young one that does not work here was made by someone else.
		if _, err := d.fetch(ctx, c.ClientID, NewSecret(kept.Secret), nil); !Denied.Is(err) {
			result.Changes = nil
			return result, err
		}
	}
	return d.replace(ctx, req, kept, result)
}

// see returns the credential as its registration access token shows it; NotFound when
// the server does not take that.
func (d *Delegate) see(ctx context.Context, ref Ref, kept held) (Credential, error) {
	if kept.Delegated.Token == "" {
		return Credential{}, &Error{Kind: NotFound, Message: "the registration access token of " + ref.String() + " was lost"}
	}
	client, err := d.Registration.Client(ctx, ref.ClientID(), NewSecret(kept.Delegated.Token))
	if err != nil {
		return Credential{}, err
	}
	c, ok := credentialOf(client, d.Now())
	if !ok {
		return Credential{}, foreign(client)
	}
	c.Stored = true
	return c, nil
}

// arrived tells whether the server has the secret of a rotation that was stopped.
func (d *Delegate) arrived(ctx context.Context, ref Ref, kept held) (bool, error) {
	if kept.Delegated.Pending == "" {
		return false, nil
	}
	_, err := d.fetch(ctx, ref.ClientID(), NewSecret(kept.Delegated.Pending), nil)
	if Denied.Is(err) {
		return false, nil
	}
	return err == nil, err
}

// adopt makes the pending secret the present one.
func (d *Delegate) adopt(ctx context.Context, ref Ref, kept held) (Secret, error) {
	kept.Secret, kept.Delegated.Pending = kept.Delegated.Pending, ""
	if err := d.keep(ctx, ref.ClientID(), kept); err != nil {
		return Secret{}, err
	}
	return NewSecret(kept.Secret), d.dropTokens(ctx, ref.ClientID())
}

// replace tells the server a new secret.
func (d *Delegate) replace(ctx context.Context, req RotateRequest, kept held, result Result) (Result, error) {
	clientID, now := req.Ref.ClientID(), d.Now()
	if kept.Delegated.Pending == "" {
		kept.Delegated.Pending = newSecret().Reveal()
		if err := d.keep(ctx, clientID, kept); err != nil {
			return Result{}, err
		}
	}
	secret := NewSecret(kept.Delegated.Pending)
	next, err := d.Registration.Change(ctx, clientID, NewSecret(kept.Delegated.Token), RegistrationChange{Secret: secret, SecretCreated: now})
	if NotFound.Is(err) {
		// The network may have sent it twice.
		return d.stranded(ctx, req, kept)
	}
	if err != nil {
		return Result{}, err
	}
	if err := d.keepNext(ctx, req.Ref, kept, next); err != nil {
		return Result{}, err
	}
	if _, err := d.fetch(ctx, clientID, secret, nil); err != nil {
		return Result{}, err
	}
	result.Done, result.Credential.RotatedAt = true, now
	result.Secret, err = d.adopt(ctx, req.Ref, kept)
	return result, err
}

// keepNext stores the next registration access token even if the caller wants to stop by
// now: the one before it is dead.
func (d *Delegate) keepNext(ctx context.Context, ref Ref, kept held, next Secret) error {
	if next.IsZero() {
		return nil
	}
	kept.Delegated.Token = next.Reveal()
	if err := d.keep(context.WithoutCancel(ctx), ref.ClientID(), kept); err != nil {
		return &Error{Kind: StoreFailed, Message: "the next registration access token of " + ref.String() + " could not be stored and is lost", Cause: err,
			Hint: askForAnother(ref)}
	}
	return nil
}

// stranded is a rotation without a registration access token that holds: it completes
// one that was stopped after the server had the new secret.
func (d *Delegate) stranded(ctx context.Context, req RotateRequest, kept held) (Result, error) {
	late, err := d.arrived(ctx, req.Ref, kept)
	if err != nil {
		return Result{}, err
	}
	if !late {
		return Result{}, d.refused(ctx, req.Ref, kept)
	}
	c := kept.credential(req.Ref)
	result := Result{Credential: c, Changes: rotateChanges(c, req)}
	if req.DryRun {
		return result, nil
	}
	kept.Delegated.Token = ""
	if result.Secret, err = d.adopt(ctx, req.Ref, kept); err != nil {
		return Result{}, err
	}
	result.Done = true
	d.Note("warning: the answer to the rotation was lost, and the next registration access token with it; " + askForAnother(req.Ref))
	return result, nil
}
