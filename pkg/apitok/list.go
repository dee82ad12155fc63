package apitok

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"
)

// A Filter chooses credentials. The zero value chooses all.
type Filter struct {
	// Ref is the name of one credential; zero is any.
	Ref Ref
	// Owner is a username or "@" and a label; "" is everyone.
	Owner string
	// State is a state; "" is any.
	State State
	// ExpiringWithin chooses those that end within this time, the expired ones
	// included; 0 does not look at the end.
	ExpiringWithin time.Duration

	// about holds ids of owners and clients, and usernames of service accounts; nil
	// is any.
	about map[string]bool
}

// List yields the credentials of the realm that the filter chooses, in the order
// of their client ids. It holds no more than one page of clients at a time. Where
// login events are stored and the account may see them, it takes a call for each
// to find its last use.
func (a *Admin) List(ctx context.Context, filter Filter) iter.Seq2[Credential, error] {
	return func(yield func(Credential, error) bool) {
		used := logins{events: a.Directory}
		for c, err := range a.credentials(ctx, filter) {
			if err == nil {
				err = used.fill(ctx, &c)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// credentials is List without the last use.
func (a *Admin) credentials(ctx context.Context, filter Filter) iter.Seq2[Credential, error] {
	return func(yield func(Credential, error) bool) {
		stored, err := a.storedItems(ctx)
		if err != nil {
			yield(Credential{}, err)
			return
		}
		chosen, err := a.choice(ctx, filter)
		if err != nil {
			yield(Credential{}, err)
			return
		}
		part := clientPrefix
		if filter.Ref != (Ref{}) {
			part = filter.Ref.ClientID()
		}
		for client, err := range a.Directory.Clients(ctx, part) {
			if err != nil {
				yield(Credential{}, err)
				return
			}
			c, ok, err := a.read(ctx, client)
			if err != nil {
				yield(Credential{}, err)
				return
			}
			if !ok || !strings.HasPrefix(client.ClientID, clientPrefix) || !chosen(c) {
				continue
			}
			c.Stored = stored[secretItem(a.Realm, c.ClientID).Key()]
			if !yield(c, nil) {
				return
			}
		}
	}
}

// choice turns a filter into a question about one credential. An owner is known
// by id, so that one who was renamed still has theirs; one who is gone, by the
// name in the record.
func (a *Admin) choice(ctx context.Context, f Filter) (func(Credential) bool, error) {
	var checks []func(Credential) bool
	if f.Ref != (Ref{}) {
		checks = append(checks, func(c Credential) bool { return c.Ref() == f.Ref })
	}
	if strings.HasPrefix(f.Owner, labelMark) {
		checks = append(checks, func(c Credential) bool { return c.Owner.Username == strings.ToLower(f.Owner) })
	} else if f.Owner != "" {
		owner, err := a.Directory.UserByName(ctx, strings.ToLower(f.Owner))
		if err != nil && !NotFound.Is(err) {
			return nil, err
		}
		checks = append(checks, func(c Credential) bool {
			if owner.ID != "" {
				return c.Owner.ID == owner.ID
			}
			return c.Owner.Username == strings.ToLower(f.Owner)
		})
	}
	if f.about != nil {
		checks = append(checks, func(c Credential) bool {
			return f.about[c.Owner.ID] || f.about[c.client.ID] || f.about[ServiceAccountPrefix+strings.ToLower(c.ClientID)]
		})
	}
	if f.State != "" {
		checks = append(checks, func(c Credential) bool { return c.State == f.State })
	}
	if f.ExpiringWithin > 0 {
		limit := a.Now().Add(f.ExpiringWithin)
		checks = append(checks, func(c Credential) bool { return !c.ExpiresAt.IsZero() && !c.ExpiresAt.After(limit) })
	}
	return func(c Credential) bool {
		return !slices.ContainsFunc(checks, func(check func(Credential) bool) bool { return !check(c) })
	}, nil
}

// Show returns one credential: NotFound when there is none of that name.
func (a *Admin) Show(ctx context.Context, ref Ref) (Credential, error) {
	c, err := a.find(ctx, ref)
	if err != nil {
		return Credential{}, err
	}
	used := logins{events: a.Directory}
	if err := used.fill(ctx, &c); err != nil {
		return Credential{}, err
	}
	return c, a.stored(ctx, &c)
}

// Stored returns the credentials of a realm whose secret the store holds. It asks
// the store's list alone.
func Stored(ctx context.Context, store Store, realm Realm) ([]Ref, error) {
	return storedOf(ctx, store, realm, SecretItem)
}

// StoredKeys returns the personal keys of a realm that the store holds, as Stored does.
func StoredKeys(ctx context.Context, store Store, realm Realm) ([]Ref, error) {
	return storedOf(ctx, store, realm, KeyItem)
}

func storedOf(ctx context.Context, store Store, realm Realm, kind ItemKind) ([]Ref, error) {
	items, err := store.Items(ctx)
	var refs []Ref
	for _, item := range items {
		ref, ok := RefOfClient(item.Client)
		if ok && item.Kind == kind && item.Server == realm.Server && item.Realm == realm.Name {
			refs = append(refs, ref)
		}
	}
	return refs, err
}
