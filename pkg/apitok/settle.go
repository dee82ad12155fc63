package apitok

import (
	"context"
	"math"
	"slices"
	"time"
)

// rounds is how often a credential is compared again: what the first changes undo,
// such as the limit of the secret, the second restores, and the third finds nothing
// left. The others are for those who change it at the same time.
const rounds = 6

// settle makes a credential what its record and its owner say, and returns it as
// it is then, with a line of words for each thing done. What was written is read
// back: Conflict when it does not stay.
//
// What is too much is taken away as far as it can be, whatever fails; nothing is
// given as long as something is too much.
func (a *Admin) settle(ctx context.Context, m *atlas, clientID string) (Credential, []string, error) {
	var done []string
	var failed error
	for range rounds {
		c, err := a.findClient(ctx, clientID)
		if err != nil {
			return Credential{}, done, err
		}
		p, err := a.compare(ctx, m, c)
		if err != nil || len(p.changes) == 0 {
			return c, done, err
		}
		if failed = p.carryOut(ctx, &done); failed != nil && !overtaken(failed) {
			return c, done, failed
		}
	}
	if failed != nil {
		return Credential{}, done, failed
	}
	return Credential{}, done, &Error{Kind: Conflict, Message: "what apitok writes of " + clientID + " does not stay",
		Hint: "someone else changes it at the same time, or the server overrules it: try again, and see apitok doctor"}
}

// carryOut makes the changes, adds to done what was done, and returns the first
// failure.
func (p *comparison) carryOut(ctx context.Context, done *[]string) (failed error) {
	for _, change := range p.changes {
		if failed != nil && (!change.takes || Unavailable.Is(failed) || ctx.Err() != nil) {
			return failed
		}
		if err := change.do(ctx); err != nil {
			if failed == nil {
				failed = err
			}
			continue
		}
		for _, words := range change.words {
			if !slices.Contains(*done, words) {
				*done = append(*done, words)
			}
		}
	}
	return failed
}

// overtaken tells whether a change may have failed because someone else made it at
// the same time, for which Keycloak has no one answer: what is left is seen by
// comparing again.
func overtaken(err error) bool { return NotFound.Is(err) || Conflict.Is(err) || Failed.Is(err) }

// serverLimit is the moment after which the server is to refuse a secret. Keycloak
// counts its seconds in 32 bits; of later ones the record alone knows.
func serverLimit(expires time.Time) time.Time {
	if expires.Unix() > math.MaxInt32 {
		return time.Time{}
	}
	return expires
}

// An ExpiryHolder says what makes a credential end at its time.
type ExpiryHolder string

// What can make a credential end.
const (
	// HeldByServer: Keycloak refuses its secret from then on.
	HeldByServer ExpiryHolder = "server"
	// HeldBySync: the machines that use apitok refuse it, and apitok sync disables
	// it; a copy of the secret works until then.
	HeldBySync ExpiryHolder = "sync"
)

// ExpiryHeldBy says what makes the credential end at its time; "" when it never
// ends.
func (c Credential) ExpiryHeldBy() ExpiryHolder {
	switch limit := c.client.SecretExpires; {
	case c.ExpiresAt.IsZero():
		return ""
	case !c.client.Enabled, !limit.IsZero() && !limit.After(c.ExpiresAt):
		return HeldByServer
	}
	return HeldBySync
}
