package apitok

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// A SyncRequest says which credentials to bring up to date.
type SyncRequest struct {
	// Filter chooses them.
	Filter Filter
	// Check only finds out what would be done.
	Check bool
	// Seen is told how many of how many credentials have been looked at; it may be
	// nil.
	Seen func(done, total int)
}

// A Sync is what was found at one credential.
type Sync struct {
	Credential Credential
	// Changes lists what differed, one line each; it is empty for none.
	Changes []string
	// Tampered tells that a delegated credential was changed beyond what its holder may.
	Tampered bool
	// Done tells that the differences are mended.
	Done bool
	// Err is why they are not, or why they could not be found out.
	Err error
}

// Sync compares the chosen credentials with what their owners are now and makes
// them that: roles and groups, claims, client scopes, flows and the server's own
// limit of the secret; it disables those that have expired or whose owner is gone
// or disabled. It yields every credential that differs, and those that failed; the
// second value is an error that ended the whole run.
//
// It may be run by several machines at once and stopped at any instant: what it
// does, it does again only where it is still needed. Unfinished credentials are
// left to whoever makes them, unless they must not work. One that has still too much
// since this account may not take it away is disabled.
func (a *Admin) Sync(ctx context.Context, req SyncRequest) iter.Seq2[Sync, error] {
	return func(yield func(Sync, error) bool) {
		all, err := collect(a.credentials(ctx, req.Filter))
		if err != nil {
			yield(Sync{}, err)
			return
		}
		if req.Filter.Ref != (Ref{}) && len(all) == 0 {
			_, err := a.find(ctx, req.Filter.Ref)
			yield(Sync{}, err)
			return
		}
		m := a.newAtlas()
		for n, c := range all {
			if ctx.Err() != nil {
				yield(Sync{}, NetworkError(a.Realm.Server, ctx.Err()))
				return
			}
			if s, differs := a.syncOne(ctx, m, c, req.Check); differs && !yield(s, nil) {
				return
			}
			if req.Seen != nil {
				req.Seen(n+1, len(all))
			}
		}
	}
}

// collect returns all that a sequence yields, so that it is known how much it is.
func collect(credentials iter.Seq2[Credential, error]) (all []Credential, err error) {
	for c, err := range credentials {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func (a *Admin) syncOne(ctx context.Context, m *atlas, c Credential, check bool) (s Sync, differs bool) {
	s.Credential = c
	p, err := a.compare(ctx, m, c)
	if err != nil {
		s.Err = err
		return s, true
	}
	if c.State == Unfinished && p.dead == "" {
		return s, false
	}
	s.Changes, s.Tampered = p.words(), p.tampered
	if len(s.Changes) == 0 || check {
		return s, len(s.Changes) > 0
	}
	s.Err = a.mend(ctx, &s)
	s.Done = s.Err == nil
	return s, true
}

// mend looks again before it changes anything: what was known of the realm may be
// minutes old, and somebody may have edited the credential since.
func (a *Admin) mend(ctx context.Context, s *Sync) error {
	ref, clientID := s.Credential.Ref(), s.Credential.ClientID
	return a.alone(ctx, ref, func() error {
		c, done, err := a.settle(ctx, a.newAtlas(), clientID)
		s.Changes = done
		switch {
		case err != nil:
			return a.unmended(ctx, s, err)
		case !c.client.Enabled:
			return a.dropTokens(ctx, c.ClientID)
		}
		return nil
	})
}

// unmended is what to make of a credential that could not be brought in line.
func (a *Admin) unmended(ctx context.Context, s *Sync, failed error) error {
	c, err := a.findClient(ctx, s.Credential.ClientID)
	switch {
	case NotFound.Is(err):
		return nil // revoked meanwhile
	case !Denied.Is(failed):
		return failed
	case err != nil:
		return err
	}
	return a.stopOverpowered(ctx, s, c, failed)
}

// overpowered is why a credential is disabled that has more than it may have, and
// that the account that signed in may not take away.
const overpowered = "it has more than apitok could take away"

// stopOverpowered disables a credential that has still too much.
func (a *Admin) stopOverpowered(ctx context.Context, s *Sync, c Credential, denied error) error {
	p, err := a.compare(ctx, a.newAtlas(), c)
	if err != nil {
		return err
	}
	tooMuch := slices.ContainsFunc(p.changes, func(c change) bool { return c.takes })
	if !tooMuch || !c.client.Enabled {
		return denied
	}
	if err := a.setEnabled(ctx, c, false, overpowered); err != nil {
		return errors.Join(denied, err)
	}
	s.Changes = append(s.Changes, "disable client "+c.ClientID+": "+overpowered)
	return denied
}
