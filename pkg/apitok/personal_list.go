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

// begins tells whether a text names the session, as [shortID] does or with more of its id.
func begins(session, text string) bool {
	return MayNameSession(text) && (strings.HasPrefix(session, text) || strings.HasPrefix(strings.TrimLeft(session, "-"), text))
}

// MayNameSession tells whether a text is enough of a session's id to mean that one, as
// [Person.KeyOfSession] takes it.
func MayNameSession(text string) bool {
	return len(text) >= shortSession && !strings.Contains(text, "/")
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
	return keysOf(sessions, here, p.Now()), nil
}

// keysOf joins what the server lists with what this machine holds, of which two may have
// one session, by when they were begun and then by name.
func keysOf(sessions []AccountSession, here []PersonalKey, now time.Time) (keys []PersonalKey) {
	for _, s := range sessions {
		if !s.isKey() {
			continue
		}
		same := func(key PersonalKey) bool { return key.Session == s.ID }
		of := slices.DeleteFunc(slices.Clone(here), func(key PersonalKey) bool { return !same(key) })
		here = slices.DeleteFunc(here, same)
		if len(of) == 0 {
			of = []PersonalKey{{Name: shortID(s.ID), Session: s.ID}}
		}
		for _, key := range of {
			key.Address, key.Started, key.LastUsed, key.Ends = s.Address, s.Started, s.LastUsed, s.Ends
			// The server may go on to list it. In that very second it takes it yet.
			key.Ended = !s.Ends.IsZero() && now.Sub(s.Ends) > time.Second
			keys = append(keys, key)
		}
	}
	for _, key := range here {
		key.Ended = true
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b PersonalKey) int {
		return cmp.Or(a.Started.Compare(b.Started), strings.Compare(a.Name, b.Name))
	})
	return keys
}

// heldKeys returns the person's keys that this machine holds.
func (p *Person) heldKeys(ctx context.Context) ([]PersonalKey, error) {
	refs, err := StoredKeys(ctx, p.Store, p.Realm)
	if err != nil {
		return nil, err
	}
	var keys []PersonalKey
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
		keys = append(keys, PersonalKey{Name: ref.Name, Session: key.Session, Stored: true, Scopes: key.Scopes, Audiences: key.Audiences})
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
// made: NotFound when there is none, or the prefix is too short to mean one, Usage when
// there are several.
func (p *Person) KeyOfSession(ctx context.Context, prefix string) (PersonalKey, error) {
	keys, err := p.Keys(ctx)
	if err != nil {
		return PersonalKey{}, err
	}
	return keyOfSession(keys, prefix)
}

func keyOfSession(keys []PersonalKey, prefix string) (PersonalKey, error) {
	keys = slices.DeleteFunc(keys, func(k PersonalKey) bool { return !begins(k.Session, prefix) })
	switch len(keys) {
	case 0:
		return PersonalKey{}, &Error{Kind: NotFound, Message: "you have no personal key " + quote(prefix), Hint: "apitok list --personal shows them"}
	case 1:
		return keys[0], nil
	}
	return PersonalKey{}, &Error{Kind: Usage, Message: quote(prefix) + " begins the ids of several keys", Cause: errors.New("write more of it")}
}

// Known tells whether there is a credential of that name: on this machine, or in the realm
// as far as the account may see.
func (a *Admin) Known(ctx context.Context, ref Ref) (bool, error) {
	refs, err := Stored(ctx, a.Store, a.Realm)
	if err != nil || slices.Contains(refs, ref) {
		return err == nil, err
	}
	_, err = a.Directory.ClientByID(ctx, ref.ClientID())
	if NotFound.Is(err) || Denied.Is(err) {
		return false, nil
	}
	return err == nil, err
}
