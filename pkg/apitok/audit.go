package apitok

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// An Outcome is how an impersonation ended.
type Outcome string

// The outcomes.
const (
	// Begun is for one of which it is not known how it ended: it goes on, or was cut off.
	Begun Outcome = "begun"
	// Given is for one that gave a token.
	Given Outcome = "given"
	// Refused is for one that gave none.
	Refused Outcome = "refused"
)

// An Impersonation is somebody who acted as a user, or tried to.
type Impersonation struct {
	// ID is this machine's own; "" for one of which the server alone knows.
	ID string
	At time.Time
	// Realm is where.
	Realm Realm
	// Client is the client that asked; "" for a person in Keycloak's admin console, who is
	// By then. By is otherwise the account of this machine that ran apitok.
	Client, By string
	// User is the username of whom was acted as, or the id where the server tells no more.
	User string
	// Via is the route, "" where that is not known; "console" for the admin console.
	Via ImpersonationRoute
	// Audiences and Scopes are what was asked for.
	Audiences, Scopes []string
	// Reason is what it was for, as far as this machine knows.
	Reason  string
	Outcome Outcome
	// Error is why there was no token.
	Error string
	// TokenIDs are the jti of the token that the server's event names, and of that which it
	// was narrowed to.
	TokenIDs []string
}

// ByConsole is an impersonation in Keycloak's admin console.
const ByConsole ImpersonationRoute = "console"

// ImpersonationEvents tells of impersonations from the realm's events.
type ImpersonationEvents interface {
	// Impersonations returns those that the realm's stored events tell of since then.
	// Denied when the account may not look, CheckFailed when the realm stores none.
	Impersonations(ctx context.Context, since time.Time) ([]Impersonation, error)
}

// Impersonations returns who acted as whom since then, the newest first: from the realm's
// events, with what this machine knows of each, and what it alone knows of.
func (a *Admin) Impersonations(ctx context.Context, ledger Ledger, since time.Time) ([]Impersonation, error) {
	local, err := LocalImpersonations(ledger, a.Realm, since)
	if err != nil {
		return nil, err
	}
	known, err := a.Directory.Impersonations(ctx, since)
	if err != nil {
		return nil, err
	}
	return merged(known, local), nil
}

// LocalImpersonations returns those that this machine did in the realm since then, the
// newest first.
func LocalImpersonations(ledger Ledger, realm Realm, since time.Time) ([]Impersonation, error) {
	all, err := ledger.Uses(since)
	all = slices.DeleteFunc(all, func(use Impersonation) bool { return use.Realm != realm })
	return newestFirst(all), err
}

// merged adds to what the server tells what this machine knows: the reason, that a token
// which was given was not used, and those of which the server does not tell.
func merged(known, local []Impersonation) []Impersonation {
	for _, use := range local {
		i := slices.IndexFunc(known, use.is)
		if i < 0 {
			known = append(known, use)
			continue
		}
		known[i].ID, known[i].By, known[i].Reason, known[i].Via = use.ID, use.By, use.Reason, cmp.Or(known[i].Via, use.Via)
		known[i].Audiences, known[i].Scopes, known[i].TokenIDs = use.Audiences, use.Scopes, use.TokenIDs
		if use.Outcome == Refused {
			known[i].Outcome, known[i].Error = use.Outcome, use.Error
		}
	}
	return newestFirst(known)
}

// clocksDiffer is by how much the clocks of server and machine may differ where a refusal
// of one is to be found with the other.
const clocksDiffer = 10 * time.Second

// is tells whether the server's event is of what this machine did. A refusal has no token
// to go by.
func (use Impersonation) is(event Impersonation) bool {
	if event.Outcome == Given || len(use.TokenIDs) > 0 {
		return slices.ContainsFunc(use.TokenIDs, func(id string) bool { return slices.Contains(event.TokenIDs, id) })
	}
	return event.ID == "" && use.Outcome == Refused && event.Client == use.Client && strings.EqualFold(event.User, use.User) &&
		use.At.Sub(event.At).Abs() < clocksDiffer
}

func newestFirst(list []Impersonation) []Impersonation {
	slices.SortStableFunc(list, func(a, b Impersonation) int { return b.At.Compare(a.At) })
	return list
}
