package apitok

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// shortSession is how many characters of a session's id name a key that another machine
// made.
const shortSession = 8

// shortID returns the beginning of a session's id, which names a key that another machine
// made. A hyphen in front would make a flag of it, so there is none.
func shortID(session string) string {
	id := strings.TrimLeft(session, "-")
	return id[:min(len(id), shortSession)]
}

// begins tells whether a text names the session, as [shortID] does or with all of its id.
func begins(session, text string) bool {
	return strings.HasPrefix(session, text) || strings.HasPrefix(strings.TrimLeft(session, "-"), text)
}

// isKey tells whether the session is a personal key.
func (s AccountSession) isKey() bool {
	return s.Offline && slices.Contains(s.Clients, PersonalClientID)
}

// Keys returns the person's keys: those of this machine, and those that only the server
// knows of, by when they were begun.
func (p *Person) Keys(ctx context.Context) ([]PersonalKey, error) {
	sessions, err := p.Account.Sessions(ctx)
	if err != nil {
		return nil, err
	}
	here, err := p.heldKeys(ctx)
	if err != nil {
		return nil, err
	}
	var keys []PersonalKey
	for _, s := range sessions {
		if !s.isKey() {
			continue
		}
		key, held := here[s.ID]
		delete(here, s.ID)
		if !held {
			key = PersonalKey{Name: shortID(s.ID), Session: s.ID}
		}
		key.Address, key.Started, key.LastUsed, key.Ends = s.Address, s.Started, s.LastUsed, s.Ends
		// The server may go on to list it. In that very second it takes it yet.
		key.Ended = !s.Ends.IsZero() && p.Now().Sub(s.Ends) > time.Second
		keys = append(keys, key)
	}
	for _, key := range here {
		key.Ended = true
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b PersonalKey) int {
		return cmp.Or(a.Started.Compare(b.Started), strings.Compare(a.Name, b.Name))
	})
	return keys, nil
}

// heldKeys returns the person's keys that this machine holds, by session.
func (p *Person) heldKeys(ctx context.Context) (map[string]PersonalKey, error) {
	refs, err := StoredKeys(ctx, p.Store, p.Realm)
	if err != nil {
		return nil, err
	}
	keys := map[string]PersonalKey{}
	for _, ref := range refs {
		if ref.Owner != p.Session.Username {
			continue
		}
		key, err := p.recallKey(ctx, ref)
		if NotFound.Is(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		keys[key.Session] = PersonalKey{Name: ref.Name, Session: key.Session, Stored: true, Scopes: key.Scopes, Audiences: key.Audiences}
	}
	return keys, nil
}

// RevokeKey ends a personal key that this machine holds, and drops it. It takes no
// sign-in. One that is over already is no error.
func (h *Holder) RevokeKey(ctx context.Context, ref Ref) error {
	return h.alone(ctx, ref, func() error {
		key, err := h.recallKey(ctx, ref)
		if err != nil {
			return err
		}
		s := Session{Realm: h.Realm, HTTP: h.HTTP, Now: h.Now}
		if err := s.revoke(ctx, session{ClientID: key.ClientID, RefreshToken: key.RefreshToken}); err != nil {
			return err
		}
		if err := h.dropTokens(ctx, ref.ClientID()); err != nil {
			return err
		}
		return h.Store.Delete(ctx, keyItem(h.Realm, ref))
	})
}

// Key returns the key of that name that this machine holds; NotFound when there is none.
func (p *Person) Key(ctx context.Context, ref Ref) (PersonalKey, error) {
	keys, err := p.Keys(ctx)
	if err != nil {
		return PersonalKey{}, err
	}
	at := slices.IndexFunc(keys, func(k PersonalKey) bool { return k.Stored && k.Name == ref.Name })
	if at < 0 {
		return PersonalKey{}, &Error{Kind: NotFound, Message: "this machine holds no personal key " + ref.String()}
	}
	return keys[at], nil
}

// KeyOfSession returns the key whose session's id begins with prefix, wherever it was
// made: NotFound when there is none, Usage when there are several.
func (p *Person) KeyOfSession(ctx context.Context, prefix string) (PersonalKey, error) {
	keys, err := p.Keys(ctx)
	if err != nil {
		return PersonalKey{}, err
	}
	keys = slices.DeleteFunc(keys, func(k PersonalKey) bool { return !begins(k.Session, prefix) })
	switch len(keys) {
	case 0:
		return PersonalKey{}, &Error{Kind: NotFound, Message: "you have no personal key " + quote(prefix), Hint: "apitok list --personal shows them"}
	case 1:
		return keys[0], nil
	}
	return PersonalKey{}, &Error{Kind: Usage, Message: quote(prefix) + " begins the ids of several keys", Cause: errors.New("write more of it")}
}
