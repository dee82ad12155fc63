package apitok

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// PersonalClientID is the id of the client whose offline sessions are personal keys.
const PersonalClientID = "apitok-personal"

// offlineScope asks for a session that outlives the browser's (OpenID Connect Core 1.0
// section 11).
const offlineScope = "offline_access"

// A Person is somebody who signed in and makes keys of their own, without an
// administrator: each is an offline session of [PersonalClientID], with the person's own
// sub and roles.
type Person struct {
	Holder
	// Session is the person's sign-in. It is never used up for a key.
	Session Session
	// SignIn gives the tokens of that session.
	SignIn *SignIn
	// Account is what the server lets the person see and end of their own.
	Account Account
}

// An Account is a person's own view of the sessions that they have at the server.
type Account interface {
	// Sessions returns those that live, offline ones among them.
	Sessions(ctx context.Context) ([]AccountSession, error)
	// EndSession ends one, and with it the browser's if both have the same id. One
	// that is over already is no error.
	EndSession(ctx context.Context, id string) error
}

// An AccountSession is a session as the server shows it to the person whose it is.
type AccountSession struct {
	ID string
	// Offline tells that it outlives the browser's.
	Offline bool
	// Clients are the ids of the clients that use it.
	Clients []string
	// Address is from where it was begun.
	Address string
	// Started, LastUsed and Ends are moments of the server's clock; the last is when it
	// ends unless it is used before.
	Started, LastUsed, Ends time.Time
}

// A PersonalKey is one that a person made for themselves.
type PersonalKey struct {
	// Name is that of this machine, or, of a key that was made on another one, the
	// beginning of its session's id: no plain user can leave a name at the server.
	Name string
	// Session is the id of its session.
	Session string
	// Stored tells that this machine holds it.
	Stored bool
	// Ended tells that its time is over, or that this machine holds it and the server no
	// longer lists it.
	Ended bool
	// Scopes and Audiences are what it was made for, as far as this machine knows.
	Scopes, Audiences []string
	// The rest is what the server says; see [AccountSession].
	Address                 string
	Started, LastUsed, Ends time.Time
}

// heldKey is what the store keeps of a personal key, in the place of a secret.
type heldKey struct {
	RefreshToken string   `json:"refresh_token"`
	ClientID     string   `json:"client_id"`
	Session      string   `json:"session_id"`
	Scopes       []string `json:"scopes,omitempty"`
	Audiences    []string `json:"audiences,omitempty"`
}

// HoldsKey tells whether this machine holds a personal key of that name. It asks the
// store's list alone.
func (h *Holder) HoldsKey(ctx context.Context, ref Ref) (bool, error) {
	refs, err := StoredKeys(ctx, h.Store, h.Realm)
	return slices.Contains(refs, ref), err
}

// unlessPersonal refuses with Conflict a credential with the name of a personal key: one
// name is one thing on a machine.
func (h *Holder) unlessPersonal(ctx context.Context, ref Ref) error {
	held, err := h.HoldsKey(ctx, ref)
	if err == nil && held {
		err = &Error{Kind: Conflict, Message: ref.String() + " is a personal key of this machine",
			Hint: "choose another name, or end the key first: apitok revoke " + ref.String()}
	}
	return err
}

// keepKey stores a personal key.
func (h *Holder) keepKey(ctx context.Context, ref Ref, key heldKey) error {
	b, err := json.Marshal(key) //nolint:gosec // the store is for secrets
	if err != nil {
		return err
	}
	return h.Store.Put(ctx, keyItem(h.Realm, ref), NewSecret(string(b)), time.Time{})
}

// recallKey returns a personal key; NotFound when this machine holds none of that name.
func (h *Holder) recallKey(ctx context.Context, ref Ref) (key heldKey, err error) {
	text, err := h.Store.Get(ctx, keyItem(h.Realm, ref))
	if err == nil && (json.Unmarshal([]byte(text.Reveal()), &key) != nil || key.RefreshToken == "") {
		err = &Error{Kind: StoreFailed, Message: "what the store holds of the personal key " + ref.String() + " cannot be read"}
	}
	return key, err
}

// refreshKey gets a token with a personal key, or ends with missing where there is none.
// One process does it at a time, and reads the key anew under its lock: a server that
// takes each refresh token once ends the session when one comes twice. From the moment
// that it asks, the wish to stop waits until the new refresh token is kept.
func (h *Holder) refreshKey(ctx context.Context, q query, missing error) (got issued, err error) {
	if held, err := h.HoldsKey(ctx, q.Ref); err != nil || !held {
		return issued{}, cmp.Or(err, missing)
	}
	err = h.alone(ctx, q.Ref, func() error {
		key, err := h.recallKey(ctx, q.Ref)
		if NotFound.Is(err) {
			return missing
		}
		if err != nil {
			return err
		}
		if got, err = h.refreshedMeanwhile(ctx, q); err != nil || !got.AccessToken.IsZero() {
			return err
		}
		got, err = h.refreshAlone(context.WithoutCancel(ctx), q, key)
		return err
	})
	return got, err
}

// refreshedMeanwhile returns the token that another process got and kept after this one
// asked for it, if there is one.
func (h *Holder) refreshedMeanwhile(ctx context.Context, q query) (issued, error) {
	if q.NoCache {
		return issued{}, nil
	}
	have, err := h.lookUp(ctx, q)
	if err != nil || have.worth(q.MinValidity, h.Now()) != fresh || have.fetched.Before(q.asked.Truncate(time.Second)) {
		return issued{}, err
	}
	return have, nil
}

func (h *Holder) refreshAlone(ctx context.Context, q query, key heldKey) (issued, error) {
	token, err := publicEndpoint(h.Realm, h.HTTP, h.Now, key.ClientID).Token(ctx, grant.RefreshToken{Token: NewSecret(key.RefreshToken)})
	if err != nil {
		return issued{}, keyRefusal(h.Realm, q, key, err)
	}
	if !token.RefreshToken.IsZero() && token.RefreshToken.Reveal() != key.RefreshToken {
		key.RefreshToken = token.RefreshToken.Reveal()
		if err := h.keepKey(ctx, q.Ref, key); err != nil {
			return issued{}, err
		}
	}
	if err := key.covers(q, token); err != nil {
		return issued{}, err
	}
	return h.issue(q, token, time.Time{})
}

// covers fails with CheckFailed when the key was not made for what is asked of it.
func (key heldKey) covers(q query, token grant.Token) error {
	for _, scope := range q.Scopes {
		if !slices.Contains(token.Scope, scope) {
			return &Error{Kind: CheckFailed, Message: q.name() + " was not made for the scope " + quote(scope),
				Hint: "make another key: apitok create --personal NAME --scope " + scope}
		}
	}
	if err := claimsIn(token.AccessToken).checkAudiences(q.Audiences); err != nil {
		return &Error{Kind: CheckFailed, Message: q.name() + " was not made for the audience asked for", Cause: err,
			Hint: "make another key: apitok create --personal NAME --audience AUDIENCE"}
	}
	return nil
}

// keyRefusal says why the server gives no token for a key. The key is kept: what ended it
// may be undone, such as that the person was disabled.
func keyRefusal(realm Realm, q query, key heldKey, err error) error {
	var refusal *grant.Error
	if errors.As(err, &refusal) && refusal.Code == "invalid_grant" {
		return &Error{Kind: Denied, Message: "the server takes the personal key " + q.name() + " no longer", Cause: refusal,
			Hint: "apitok revoke " + q.name() + " drops it, then make another: apitok create --personal " + q.Ref.Name}
	}
	return personalError(realm, key.ClientID, err)
}

// personalError is tokenError for the client of personal keys.
func personalError(realm Realm, clientID string, err error) error {
	var refusal *grant.Error
	if e := new(Error); errors.As(err, &e) || !errors.As(err, &refusal) {
		return tokenError(realm, clientID, err)
	}
	switch refusal.Code {
	case "not_allowed":
		return &Error{Kind: Denied, Message: "you may not have a key that outlives your sign-in", Cause: refusal,
			Hint: "an administrator gives you the role offline_access of the realm"}
	case "invalid_scope":
		return &Error{Kind: Denied, Message: "the client " + quote(clientID) + " of realm " + quote(realm.Name) + " has not all scopes and audiences asked for", Cause: refusal,
			Hint: "an administrator adds an audience with apitok setup --audience, and a scope to the optional ones of that client"}
	case "", "invalid_client", "unauthorized_client", "invalid_request":
		if refusal.Status < 500 {
			return &Error{Kind: Denied, Message: "realm " + quote(realm.Name) + " has no client " + quote(clientID) + " for personal keys", Cause: refusal,
				Hint: "an administrator prepares the realm with apitok setup"}
		}
	}
	return tokenError(realm, clientID, err)
}
