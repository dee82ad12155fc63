package apitok

import (
	"context"
	"maps"
	"slices"
	"time"
)

// account signs in, and compares the clocks by the token that it gets.
func (e *examination) account(ctx context.Context) []Finding {
	const name = "sign-in"
	if e.signIn == nil {
		if e.blind == "" {
			e.blind = "nobody signed in"
		}
		return []Finding{{Check: name, Status: Warning, Detail: "nobody signed in: apitok can use the credentials of this machine, but manage none",
			Hint: "run apitok login, or set APITOK_LOGIN_CLIENT_ID and APITOK_LOGIN_CLIENT_SECRET"}}
	}
	if e.blind != "" {
		return []Finding{{Check: name, Status: Unknown, Detail: e.blind}}
	}
	before := e.Now()
	if _, err := e.signIn.Token(ctx); err != nil {
		e.blind = "the sign-in failed"
		return []Finding{failure(name, Wrong, err)}
	}
	trip := e.Now().Sub(before)
	findings := []Finding{{Check: name, Status: Fine, Detail: quote(e.By) + " of realm " + quote(e.signIn.realm.Name)}}
	if ends, expiry, ok := e.signIn.ends(); ok {
		findings = append(findings, clocks(skew(ends, expiry, trip)))
	}
	return findings
}

// ends returns when the token ends: by the server's clock in whole seconds, and by
// this machine's, counted from when it was asked for. ok is false when the server
// does not say.
func (s *SignIn) ends() (server, here time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var claims struct {
		Expiry int64 `json:"exp"`
	}
	if !readClaims(s.token.AccessToken, &claims) || claims.Expiry == 0 {
		return time.Time{}, time.Time{}, false
	}
	return time.Unix(claims.Expiry, 0), s.token.Expiry, true
}

// The difference of the clocks from which on it is a warning, and wrong.
const (
	skewWarning = 5 * time.Second
	skewWrong   = time.Minute
)

// skew returns how far the server's clock is ahead, by the two ends of a token that
// took trip to get: the server made it halfway, in the middle of a second.
func skew(server, here time.Time, trip time.Duration) time.Duration {
	return server.Add(time.Second / 2).Sub(here.Add(trip / 2))
}

func clocks(ahead time.Duration) Finding {
	f := Finding{Check: "clock", Status: Fine, Detail: "the server's and this machine's agree within " + skewWarning.String()}
	off, direction := ahead.Round(time.Second), "ahead of"
	if ahead < 0 {
		off, direction = -off, "behind"
	}
	if off <= skewWarning {
		return f
	}
	f.Status, f.Detail = Warning, "the server's clock is "+off.String()+" "+direction+" this machine's"
	f.Hint = "set both by NTP: tokens and expiries are judged by the clock"
	if off > skewWrong {
		f.Status = Wrong
	}
	return f
}

// roles holds what the account has against what the verbs need.
func (e *examination) roles(ctx context.Context) []Finding {
	has, err := e.Directory.Access(ctx)
	if Denied.Is(err) {
		e.blind = "the server refuses the account"
		return []Finding{failure("roles", Wrong, err)}
	}
	if err != nil {
		return []Finding{failure("roles", Unknown, err)}
	}
	e.access = has
	client := rolesClient(e.Realm.Name, e.signIn.realm.Name)
	if !slices.Contains(slices.Collect(maps.Values(has)), true) {
		return []Finding{{Check: "roles", Status: Info, Detail: "the account is no administrator: it has no role of " + client + ", and manages no credentials"}}
	}
	var findings []Finding
	for _, need := range needs() {
		findings = append(findings, need.judge(has, client))
	}
	return findings
}
