package apitok

import (
	"context"
	"slices"
	"time"

	"github.com/apitok/apitok/pkg/cached"
)

// A Store keeps secrets on this machine. Its errors are an [*Error] of kind
// StoreFailed, or NotFound where a method says so.
type Store interface {
	// Name names the place where secrets rest in a sentence, as in "the keyring".
	Name() string
	// Get returns what is kept under item; NotFound when nothing is, an error that is
	// [ErrLost] when it was lost.
	Get(ctx context.Context, item Item) (Secret, error)
	// Put keeps secret under item until ends, for ever if that is zero, and has read
	// it back when it returns nil. A store that caches no tokens drops one and
	// returns nil.
	Put(ctx context.Context, item Item, secret Secret, ends time.Time) error
	// Delete drops item; NotFound when nothing was kept.
	Delete(ctx context.Context, item Item) error
	// Items returns the names of what is kept, without opening any of it.
	Items(ctx context.Context) ([]Item, error)
	// Probe finds out whether the store can be written, leaving nothing.
	Probe(ctx context.Context) error
	// Exclusive runs do while no other process of this machine runs one under
	// the same item.
	Exclusive(ctx context.Context, item Item, do func() error) error
}

// An ItemKind says what an [Item] holds.
type ItemKind string

// The kinds of items.
const (
	// SecretItem is a credential's client secret.
	SecretItem ItemKind = "secret"
	// TokenItem is a cached access token.
	TokenItem ItemKind = "token"
	// LoginItem is what an administrator signs in with.
	LoginItem ItemKind = "login"
	// KeyItem is a personal key. Its Client is what a credential of that name would
	// have, and so is that of its tokens.
	KeyItem ItemKind = "personal"
	// AssertionKeyItem is the private key with which a client signs whom it wants to act
	// as.
	AssertionKeyItem ItemKind = "assertion-key"
)

// An Item names one thing in the store.
type Item struct {
	// Kind says what it is.
	Kind ItemKind `json:"kind"`
	// Server and Realm say where it belongs.
	Server string `json:"server"`
	Realm  string `json:"realm"`
	// Client is the client id, or for a login the account that signs in.
	Client string `json:"client"`
	// Scopes and Audiences are what a cached token was asked for, sorted.
	Scopes    []string `json:"scopes,omitempty"`
	Audiences []string `json:"audiences,omitempty"`
}

// Key returns a text that is the same for the same item on every machine and in
// every version, and different for different items.
func (i Item) Key() string {
	if i.Kind == TokenItem {
		return cached.TokenKey(i.Server, i.Realm, i.Client, i.Scopes, i.Audiences)
	}
	return cached.Key(string(i.Kind), i.Server, i.Realm, i.Client)
}

func secretItem(realm Realm, clientID string) Item {
	return Item{Kind: SecretItem, Server: realm.Server, Realm: realm.Name, Client: clientID}
}

func keyItem(realm Realm, ref Ref) Item {
	return Item{Kind: KeyItem, Server: realm.Server, Realm: realm.Name, Client: ref.ClientID()}
}

// keysItem is what one process at a time locks to make a personal key; nothing is kept
// under it.
func (p *Person) keysItem() Item {
	return Item{Kind: KeyItem, Server: p.Realm.Server, Realm: p.Realm.Name, Client: p.Session.Username}
}

func tokenItem(realm Realm, clientID string, scopes, audiences []string) Item {
	return Item{Kind: TokenItem, Server: realm.Server, Realm: realm.Name, Client: clientID,
		Scopes: sorted(scopes), Audiences: sorted(audiences)}
}

// LoginItem names what account signs in with at realm.
func (r Realm) LoginItem(account string) Item {
	return Item{Kind: LoginItem, Server: r.Server, Realm: r.Name, Client: account}
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
