package apitok

import (
	"context"

	"github.com/apitok/apitok/pkg/grant"
)

func impersonationItem(realm Realm, clientID string) Item {
	return Item{Kind: AssertionKeyItem, Server: realm.Server, Realm: realm.Name, Client: clientID}
}

// ImpersonationKey returns the key that SetupImpersonation made on this machine for a client,
// in PEM; NotFound when it has made none.
func (a *Admin) ImpersonationKey(ctx context.Context, client string) (Secret, error) {
	found, err := a.impersonator(ctx, client)
	if err != nil {
		return Secret{}, err
	}
	return a.Store.Get(ctx, impersonationItem(a.Realm, found.ClientID))
}

// impersonationKey returns the key with which this machine signs whom a client wants to act
// as; NotFound when it has none.
func (h *Holder) impersonationKey(ctx context.Context, clientID string) (grant.PrivateKey, error) {
	if h.Store == nil {
		return grant.PrivateKey{}, &Error{Kind: NotFound, Message: "there is no store for a key"}
	}
	text, err := h.Store.Get(ctx, impersonationItem(h.Realm, clientID))
	if err != nil {
		return grant.PrivateKey{}, err
	}
	key, err := grant.ParsePrivateKey([]byte(text.Reveal()))
	if err != nil {
		return grant.PrivateKey{}, &Error{Kind: StoreFailed, Message: "the key of " + clientID + " in " + h.Store.Name() + " cannot be read", Cause: err,
			Hint: "apitok setup impersonation --remove takes it back, and another run makes a new one"}
	}
	return key, nil
}
