package apitok

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/apitok/apitok/pkg/grant"
)

// A KeyRequest says which personal key to make.
type KeyRequest struct {
	// Ref names it; its owner is the person.
	Ref Ref
	// Scopes and Audiences are what its tokens are for, and nothing else: what is not
	// asked for here cannot be got later.
	Scopes, Audiences []string
}

func (r KeyRequest) scopes() []string {
	scopes := append([]string{"openid", offlineScope}, r.Scopes...)
	for _, audience := range r.Audiences {
		scopes = append(scopes, audienceScope(audience))
	}
	return sorted(scopes)
}

// A Minting is a personal key that is being made: the person signs in for it, which gives
// it a session of its own.
type Minting struct {
	person *Person
	req    KeyRequest
	// as is a sign-in with the client of personal keys, which is not kept as one.
	as Session
	// subject is whose key it is to be, taken are the sessions that are keys already.
	subject string
	taken   []string
}

// Mint begins to make a key. Conflict when this machine holds something of that name,
// Denied when the sign-in is over.
func (p *Person) Mint(ctx context.Context, req KeyRequest) (*Minting, error) {
	if err := p.Store.Probe(ctx); err != nil {
		return nil, err
	}
	if err := p.unlessHeld(ctx, req.Ref); err != nil {
		return nil, err
	}
	token, err := p.SignIn.Token(ctx)
	if err != nil {
		return nil, err
	}
	var who struct {
		Subject string `json:"sub"`
	}
	if !readClaims(token, &who) || who.Subject == "" {
		return nil, &Error{Kind: Failed, Message: "the token of the sign-in does not say whose it is"}
	}
	m := &Minting{person: p, req: req, as: p.Session, subject: who.Subject}
	m.as.ClientID = PersonalClientID
	sessions, err := p.Account.Sessions(ctx)
	for _, session := range sessions {
		if session.isKey() {
			m.taken = append(m.taken, session.ID)
		}
	}
	return m, err
}

// Mints tells whether the realm is ready for the person to make keys. What else it takes,
// such as the role offline_access, the server says only when they sign in for one.
func (p *Person) Mints(ctx context.Context) (bool, error) {
	m := Minting{person: p, as: p.Session}
	m.as.ClientID = PersonalClientID
	_, err := m.Plan(ctx)
	if Denied.Is(err) {
		return false, nil
	}
	return err == nil, err
}

func (p *Person) unlessHeld(ctx context.Context, ref Ref) error {
	if err := p.unlessPersonal(ctx, ref); err != nil {
		return err
	}
	refs, err := Stored(ctx, p.Store, p.Realm)
	if err == nil && slices.Contains(refs, ref) {
		err = &Error{Kind: Conflict, Message: "this machine holds a credential " + ref.String(), Hint: "choose another name"}
	}
	return err
}

// Plan returns what making the key would do, a line each, once the server has been asked
// whether it would begin.
func (m *Minting) Plan(ctx context.Context) ([]string, error) {
	if _, err := m.as.authorize(ctx, loginRedirect, m.req.scopes()); err != nil {
		return nil, m.unless(err)
	}
	return []string{
		"have " + m.person.Session.Username + " sign in once more, with client " + m.as.ClientID + " and the scopes " + strings.Join(m.req.scopes(), " "),
		"store the personal key " + m.req.Ref.String() + " on this machine",
	}, nil
}

// Authorize begins with a browser, as [Session.Authorize] does.
func (m *Minting) Authorize(ctx context.Context, redirectURI string) (grant.Authorization, error) {
	a, err := m.as.authorize(ctx, redirectURI, m.req.scopes())
	return a, m.unless(err)
}

// WithCode makes the key with what the browser brought. Conflict when the browser's
// session carries another key already.
func (m *Minting) WithCode(ctx context.Context, a grant.Authorization, answer url.Values) error {
	token, err := m.as.tokenByCode(ctx, a, answer)
	if err != nil {
		return m.unless(err)
	}
	return m.finish(ctx, token, a.Nonce)
}

// WithDevice makes the key with a code that the person enters in any browser, as
// [Session.WithDevice] has it.
func (m *Minting) WithDevice(ctx context.Context, show func(grant.Device) error) error {
	// Keycloak looks at the scopes of a device only when the person is at it, and tells
	// the person alone.
	if _, err := m.as.authorize(ctx, loginRedirect, m.req.scopes()); err != nil {
		return m.unless(err)
	}
	token, err := m.as.tokenByDevice(ctx, m.req.scopes(), show)
	if err != nil {
		return m.unless(err)
	}
	return m.finish(ctx, token, "")
}

func (m *Minting) unless(err error) error {
	if e := new(Error); err == nil || errors.As(err, &e) {
		return err
	}
	return personalError(m.as.Realm, m.as.ClientID, err)
}

// finish keeps the key once it is known to be the person's and to have a session of its
// own, one key of the person at a time. One that is not kept ends, unless its session is
// another key's.
func (m *Minting) finish(ctx context.Context, token grant.Token, nonce string) error {
	return m.person.Store.Exclusive(ctx, m.person.keysItem(), func() error {
		id := sessionOf(token.RefreshToken)
		// Another may have been made while the person was signing in for this one.
		held, err := m.person.heldKeys(ctx)
		if slices.Contains(m.taken, id) || slices.ContainsFunc(held, func(key PersonalKey) bool { return key.Session == id }) {
			return &Error{Kind: Conflict, Message: "the browser's session carries another of your keys, and both would end together",
				Hint: "sign in for this one in a private window or another browser, as often as you like; --no-browser shows the address to open there"}
		}
		if err == nil {
			err = m.check(token, nonce, id)
		}
		if err == nil {
			err = m.keep(ctx, token, id)
		}
		if err != nil {
			return takeBack(ctx, err, func(ctx context.Context) error {
				return m.as.revoke(ctx, session{ClientID: m.as.ClientID, RefreshToken: token.RefreshToken.Reveal()})
			})
		}
		return nil
	})
}

func (m *Minting) keep(ctx context.Context, token grant.Token, id string) error {
	key := heldKey{RefreshToken: token.RefreshToken.Reveal(), ClientID: m.as.ClientID, Session: id,
		Scopes: sorted(m.req.Scopes), Audiences: sorted(m.req.Audiences)}
	return m.person.alone(ctx, m.req.Ref, func() error {
		if err := m.person.unlessHeld(ctx, m.req.Ref); err != nil {
			return err
		}
		// What an earlier key of that name left is none of its tokens.
		if err := m.person.dropTokens(ctx, m.req.Ref.ClientID()); err != nil {
			return err
		}
		return m.person.keepKey(ctx, m.req.Ref, key)
	})
}

func (m *Minting) check(token grant.Token, nonce, id string) error {
	who, err := m.as.readIDToken(token.IDToken, nonce)
	switch {
	case err != nil:
		return err
	case who.Subject != m.subject:
		return &Error{Kind: Denied, Message: "somebody else signed in than " + quote(m.person.Session.Username),
			Hint: "sign out in the browser first"}
	case id == "" || !slices.Contains(token.Scope, offlineScope):
		return &Error{Kind: Failed, Message: "the server gave no session that outlives the browser's",
			Hint: "an administrator prepares the realm with apitok setup"}
	}
	return claimsIn(token.AccessToken).checkAudiences(m.req.Audiences)
}

// sessionOf returns the id of the session that a token is of. A refresh token is the
// server's own affair (RFC 6749 section 1.5), but Keycloak's is a JWT that says so.
func sessionOf(token Secret) string {
	var claims struct {
		Session string `json:"sid"`
	}
	if !readClaims(token, &claims) {
		return ""
	}
	return claims.Session
}
