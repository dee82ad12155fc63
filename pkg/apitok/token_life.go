package apitok

import (
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// enoughValidity is how long a token must still live to be used, where nobody says
// otherwise and its whole life is long enough.
const enoughValidity = 30 * time.Second

// serverRounding is how much too short the expires_in of an answer may be: Keycloak
// counts it in whole seconds from when it answers, and may have begun another since it
// issued the token.
const serverRounding = time.Second

// An issued token is one that the server gave, now or earlier. Its ExpiresAt is no
// later than the end of its credential.
type issued struct {
	Token
	// fetched is when it was asked for, by this machine's clock.
	fetched time.Time
	// credentialEnds is when its credential does, by the server's clock.
	credentialEnds time.Time
}

// A worth is what a token of the cache is good for.
type worth int

const (
	// none is for a token that cannot be used, or is not there.
	none worth = iota
	// scant is for one that holds, but may end before it is used: better than none.
	scant
	// due is for one that is good, and that it is time to renew.
	due
	// fresh is for one that is good.
	fresh
)

// worth judges a token for a request that wants it to live for minValidity, 0 for
// enough. One that seems to be from the future was fetched before the clock was set
// back: when it ends cannot be told.
func (t issued) worth(minValidity time.Duration, now time.Time) worth {
	left := t.ExpiresAt.Sub(now)
	switch {
	case t.AccessToken.IsZero(), t.fetched.After(now), left <= 0, left < minValidity:
		return none
	case minValidity == 0 && left < t.enough():
		return scant
	case !now.Before(t.RenewAt):
		return due
	}
	return fresh
}

// life is how long the token lives in all.
func (t issued) life() time.Duration { return t.ExpiresAt.Sub(t.fetched) }

// lifespan is how long the server lets such tokens live, as far as the token tells.
func (t issued) lifespan() time.Duration {
	var claims struct {
		IssuedAt int64 `json:"iat"`
		Expires  int64 `json:"exp"`
	}
	if !readClaims(t.AccessToken, &claims) || claims.Expires <= claims.IssuedAt {
		return t.life()
	}
	return time.Duration(claims.Expires-claims.IssuedAt) * time.Second
}

// enough is how long it must live to be used: of short-lived tokens so little that
// they can be used for most of their life.
func (t issued) enough() time.Duration { return min(enoughValidity, t.life()/8) }

// issue says when a token ends and when to renew it: when a quarter of its life is
// left. That is twice what it takes to be used, so that the others can go on with it
// meanwhile, and of a long life long enough to outlast a server that is down. Denied
// when the credential has ended by the server's clock.
func (h *Holder) issue(q query, got grant.Token, credentialEnds time.Time) (issued, error) {
	t := issued{fetched: got.Sent, credentialEnds: credentialEnds, Token: Token{
		AccessToken: got.AccessToken, Type: got.TokenType, ExpiresAt: got.Expiry, Scope: got.Scope}}
	ahead := clockAhead(got)
	h.tellSkew(ahead)
	if !credentialEnds.IsZero() {
		ends := credentialEnds.Add(ahead)
		if !h.Now().Before(ends) {
			return issued{}, expiredOn(q, credentialEnds)
		}
		if ends.Before(t.ExpiresAt) {
			t.ExpiresAt = ends
		}
	}
	if !t.ExpiresAt.IsZero() {
		t.RenewAt = t.ExpiresAt.Add(-t.life() / 4)
	}
	return t, nil
}

// longEnough fails with CheckFailed for a token whose whole life is shorter than the
// request asks for. To fetch another would not help, so all who waited for this one
// can be told.
func (q query) longEnough(t issued) error {
	switch {
	case t.ExpiresAt.IsZero() || t.life()+serverRounding >= q.MinValidity:
		return nil
	case t.ExpiresAt.Equal(t.credentialEnds):
		return &Error{Kind: CheckFailed, Message: q.name() + " ends on " + encodeTime(t.credentialEnds) + ", before the " + short(q.MinValidity) + " asked for",
			Hint: "apitok edit --expires gives it another end"}
	}
	return &Error{Kind: CheckFailed, Message: "the server's tokens live " + short(t.lifespan()) + ", less than the " + short(q.MinValidity) + " asked for",
		Hint: "ask for less with --min-validity, or have them live longer: apitok edit --token-lifetime for one credential, " +
			"the access token lifespan of the realm for all"}
}

// short is a length of time without the parts that are zero.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// lastDays is how long before a credential's end its use warns of it.
const lastDays = 7 * 24 * time.Hour

func (h *Holder) warn(name string, ends time.Time) {
	if !ends.IsZero() && ends.Sub(h.Now()) < lastDays {
		h.Note("warning: " + name + " expires on " + encodeTime(ends))
	}
}
