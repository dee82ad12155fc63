package apitok

import (
	"context"
	"time"
)

// Events says what the realm stores about logins.
type Events interface {
	// LoginEventsSince returns the time from which on every login of a client is
	// stored; zero when none are, Denied when the account may not look.
	LoginEventsSince(ctx context.Context) (time.Time, error)
	// LastLogin returns when a client last got a token by itself; zero when no
	// such event is stored.
	LastLogin(ctx context.Context, clientID string) (time.Time, error)
}

// logins answers for many credentials when they were last used. How far back the
// events reach is asked once.
type logins struct {
	events Events
	asked  bool
	// since is how far back the events reach; zero: nothing can be known.
	since time.Time
	// denied is why the account may not look.
	denied error
}

// reach asks how far back the events reach. That the account may not look is no
// failure: it is remembered.
func (l *logins) reach(ctx context.Context) error {
	if l.asked {
		return nil
	}
	since, err := l.events.LoginEventsSince(ctx)
	if Denied.Is(err) {
		l.denied = err
	} else if err != nil {
		return err
	}
	l.asked, l.since = true, since
	return nil
}

// unknown says why nothing can be known: Denied, or CheckFailed when no events
// are stored; nil when something can.
func (l *logins) unknown() error {
	switch {
	case l.denied != nil:
		return l.denied
	case l.since.IsZero():
		return &Error{Kind: CheckFailed, Message: "the realm stores no login events, so when a credential was last used is unknown",
			Hint: "let the realm save user events, of type CLIENT_LOGIN at least, for longer than --unused"}
	}
	return nil
}

// fill fills in the last use of a credential.
func (l *logins) fill(ctx context.Context, c *Credential) error {
	if err := l.reach(ctx); err != nil || l.since.IsZero() {
		return err
	}
	at, err := l.events.LastLogin(ctx, c.ClientID)
	if err != nil {
		return err
	}
	c.setLastUse(at, l.since)
	return nil
}

// setLastUse notes the last login, with events that reach back to since. One from
// before the credential was made belongs to another that had its name.
func (c *Credential) setLastUse(at, since time.Time) {
	if at.Before(c.CreatedAt) {
		at = time.Time{}
	}
	c.LastUsedAt = at
	c.LastUseKnown = !at.IsZero() || !c.CreatedAt.Before(since)
}
