package apitok

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// aliasPrefix begins the alias of the identity provider of each client that acts as users.
const aliasPrefix = "impersonation."

// impersonationBy begins the name of that identity provider, before the client id.
const impersonationBy = "Impersonation by "

// maxAlias is the length of the longest alias that Keycloak can take.
const maxAlias = 255

// alias returns the alias of the client's own identity provider: its client id, in which an
// underscore and two hexadecimal digits stand for what Keycloak does not take, or where that
// is too long a hash of it.
func (i *impersonation) alias() string { return assertionAlias(i.client.ClientID) }

func assertionAlias(clientID string) string {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"
	var alias strings.Builder
	alias.WriteString(aliasPrefix)
	for _, b := range []byte(clientID) {
		if strings.IndexByte(characters, b) >= 0 {
			alias.WriteByte(b)
			continue
		}
		fmt.Fprintf(&alias, "_%02x", b)
	}
	if alias.Len() <= maxAlias {
		return alias.String()
	}
	sum := sha256.Sum256([]byte(clientID))
	return aliasPrefix + hex.EncodeToString(sum[:])
}

// IsAssertionAlias tells whether an identity provider is of a client that acts as users.
func IsAssertionAlias(alias string) bool { return strings.HasPrefix(alias, aliasPrefix) }

// assertionIssuer is the iss of a client's assertions. Keycloak wants an address there, and
// nobody can have one below "invalid" (RFC 6761 section 6.4).
func assertionIssuer(realm Realm, clientID string) string {
	return "https://apitok.invalid/" + url.PathEscape(realm.Name) + "/" + url.PathEscape(clientID)
}

// jwtGrantPart is an identity provider that is the client itself: with a key that this
// machine keeps it signs whom it wants to act as, and Keycloak takes that for those who are
// linked with it.
type jwtGrantPart struct{ *impersonation }

func (p *jwtGrantPart) issuer() AssertionIssuer {
	return AssertionIssuer{Alias: p.alias(), Issuer: assertionIssuer(p.a.Realm, p.client.ClientID), Enabled: true,
		Name: impersonationBy + p.client.ClientID + madeBySetup}
}

func (p *jwtGrantPart) missing(ctx context.Context) (steps []step, err error) {
	have, err := p.a.Directory.AssertionIssuer(ctx, p.alias())
	none := NotFound.Is(err)
	switch {
	case err != nil && !none:
		return nil, err
	case !none && !isMade(have.Name):
		return nil, &Error{Kind: Conflict, Message: "the identity provider " + quote(p.alias()) + " was not made by apitok setup", Hint: "delete or rename it by hand"}
	}
	key, err := p.a.impersonationKey(ctx, p.client.ClientID)
	if err != nil && !NotFound.Is(err) {
		return nil, err
	}
	keyMissing := NotFound.Is(err)
	if keyMissing {
		steps = append(steps, step{"make a key for " + p.client.ClientID + " and keep it in " + p.a.Store.Name(), p.makeKey})
	}
	if none || keyMissing || !have.trusts(key) || !have.Enabled || have.Issuer != p.issuer().Issuer {
		words := "make identity provider " + p.alias() + ", which signs with that key"
		if !none {
			words = "have identity provider " + p.alias() + " sign with the key of this machine too"
		}
		steps = append(steps, step{words, p.putIssuer})
	}
	links, err := p.links(ctx, none)
	return append(steps, links...), err
}

func (i AssertionIssuer) trusts(key grant.PrivateKey) bool {
	public, err := key.JWK()
	return err == nil && slices.Contains(i.Keys, public)
}

// makeKey makes a key once, however many run at the same time.
func (p *jwtGrantPart) makeKey(ctx context.Context) error {
	item := impersonationItem(p.a.Realm, p.client.ClientID)
	return p.a.Store.Exclusive(ctx, item, func() error {
		if _, err := p.a.impersonationKey(ctx, p.client.ClientID); !NotFound.Is(err) {
			return err
		}
		key, err := grant.NewPrivateKey()
		if err != nil {
			return err
		}
		text, err := key.PEM()
		if err != nil {
			return err
		}
		return p.a.Store.Put(ctx, item, text, time.Time{})
	})
}

// putIssuer makes the identity provider, or adds this machine's key to it.
func (p *jwtGrantPart) putIssuer(ctx context.Context) error {
	key, err := p.a.impersonationKey(ctx, p.client.ClientID)
	if err != nil {
		return err
	}
	public, err := key.JWK()
	if err != nil {
		return err
	}
	want := p.issuer()
	have, err := p.a.Directory.AssertionIssuer(ctx, p.alias())
	if err != nil && !NotFound.Is(err) {
		return err
	}
	want.Keys = have.Keys
	if !have.trusts(key) {
		want.Keys = append(want.Keys, public)
	}
	return p.a.Directory.PutAssertionIssuer(ctx, want)
}

// links returns the steps that link those who may be acted as, and unless they are added no
// others.
func (p *jwtGrantPart) links(ctx context.Context, none bool) (steps []step, err error) {
	want, err := p.everyone(ctx)
	if err != nil {
		return nil, err
	}
	var have []Link
	if !none {
		if have, err = p.a.Directory.Links(ctx, p.alias()); err != nil {
			return nil, err
		}
	}
	var linked []User
	for _, link := range have {
		wanted := slices.ContainsFunc(want, func(u User) bool { return u.ID == link.User.ID && u.Username == link.Subject })
		if wanted {
			linked = append(linked, link.User)
			continue
		}
		if p.adds && !slices.ContainsFunc(want, func(u User) bool { return u.ID == link.User.ID }) {
			continue
		}
		steps = append(steps, step{"no longer let " + p.client.ClientID + " act as " + link.Subject,
			func(ctx context.Context) error { return p.a.Directory.Unlink(ctx, p.alias(), link.User) }})
	}
	for _, user := range without(want, linked, userID) {
		steps = append(steps, step{"let " + p.client.ClientID + " act as " + user.Username,
			func(ctx context.Context) error { return p.a.Directory.Link(ctx, p.alias(), user) }})
	}
	return steps, nil
}

func (p *jwtGrantPart) made(ctx context.Context) (back []step, left []string, err error) {
	have, err := p.a.Directory.AssertionIssuer(ctx, p.alias())
	switch {
	case Denied.Is(err):
		left = append(left, unseen("the identity provider "+p.alias(), err))
	case err != nil && !NotFound.Is(err):
		return nil, nil, err
	case err == nil && isMade(have.Name):
		back = append(back, step{"delete identity provider " + p.alias() + ", and the links of users to it",
			func(ctx context.Context) error { return p.a.Directory.DropAssertionIssuer(ctx, p.alias()) }})
	case err == nil:
		left = append(left, "identity provider "+p.alias()+", which was not made by apitok setup")
	}
	item := impersonationItem(p.a.Realm, p.client.ClientID)
	held, err := p.a.storedItems(ctx)
	if held[item.Key()] {
		back = append(back, step{"drop the key of " + p.client.ClientID + " from " + p.a.Store.Name(), func(ctx context.Context) error { return p.a.Store.Delete(ctx, item) }})
	}
	return back, left, err
}
