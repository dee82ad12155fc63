package apitok

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/apitok/apitok/pkg/flight"
	"github.com/apitok/apitok/pkg/grant"
)

// A Holder is this machine as one that holds and uses credentials of a realm. It
// needs no sign-in.
type Holder struct {
	Realm Realm
	// Store keeps the secrets and the cached tokens. nil keeps no token; then all
	// requests name a ClientID and its Secret.
	Store Store
	// Flights are where the processes that want the same token meet. The zero value
	// lets each fetch its own.
	Flights flight.Flights
	// HTTP reaches the token endpoint; see [grant.Endpoint].
	HTTP *http.Client
	// Now tells the time.
	Now Clock
	// Note is told what is worth knowing but is no failure.
	Note func(string)
}

// held is what the store keeps of a credential.
type held struct {
	Secret    string    `json:"client_secret"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// Delegated is what comes with a delegated credential; nil for another.
	Delegated *entrusted `json:"delegated,omitempty"`
}

// alone runs do while no other apitok on this machine changes the credential.
func (h *Holder) alone(ctx context.Context, ref Ref, do func() error) error {
	return h.Store.Exclusive(ctx, secretItem(h.Realm, ref.ClientID()), do)
}

// keep stores what is held of a credential.
func (h *Holder) keep(ctx context.Context, clientID string, kept held) error {
	b, err := json.Marshal(kept) //nolint:gosec // for the store, which keeps secrets
	if err != nil {
		return err
	}
	return h.Store.Put(ctx, secretItem(h.Realm, clientID), NewSecret(string(b)), time.Time{})
}

// beside returns what the store keeps of a credential that is about to have another
// secret: nothing where there is none or it was lost. A store that only fails may hold a
// registration access token, which must not be written over.
func (h *Holder) beside(ctx context.Context, ref Ref) (held, error) {
	kept, err := h.recall(ctx, ref)
	if NotFound.Is(err) || errors.Is(err, ErrLost) {
		return held{}, nil
	}
	return kept, err
}

// keepAnew stores a secret and when it ends, beside what else is held of the credential.
func (h *Holder) keepAnew(ctx context.Context, ref Ref, kept held, secret Secret, expires time.Time) error {
	kept.Secret, kept.ExpiresAt = secret.Reveal(), expires
	if kept.Delegated != nil {
		kept.Delegated.Pending = ""
	}
	return h.keep(ctx, ref.ClientID(), kept)
}

// recall returns what the store keeps of a credential.
func (h *Holder) recall(ctx context.Context, ref Ref) (held, error) {
	text, err := h.Store.Get(ctx, secretItem(h.Realm, ref.ClientID()))
	if NotFound.Is(err) {
		return held{}, &Error{Kind: NotFound, Message: "this machine holds no secret of " + ref.String(),
			Hint: "apitok create makes a credential, apitok import takes in one that exists, apitok profile show tells which realm is in use"}
	}
	if err != nil {
		return held{}, err
	}
	var kept held
	if json.Unmarshal([]byte(text.Reveal()), &kept) != nil || kept.Secret == "" {
		return held{}, &Error{Kind: StoreFailed, Message: "what the store holds of " + ref.String() + " cannot be read", Lost: true,
			Hint: "apitok forget it, then apitok import it again"}
	}
	return kept, nil
}

// fetch asks the server for a token of a client.
func (h *Holder) fetch(ctx context.Context, clientID string, secret Secret, scopes []string) (grant.Token, error) {
	return clientToken(ctx, h.HTTP, h.Now, h.Realm, clientID, secret, scopes)
}

// clientToken asks for a token by client credentials (RFC 6749 section 4.4).
func clientToken(ctx context.Context, client *http.Client, now Clock, realm Realm, clientID string, secret Secret, scopes []string) (grant.Token, error) {
	endpoint := grant.Endpoint{URL: realm.TokenURL(), HTTP: client, Now: now, Auth: grant.ClientSecretBasic{ClientID: clientID, Secret: secret}}
	token, err := endpoint.Token(ctx, grant.ClientCredentials{Scope: scopes})
	if err != nil {
		return grant.Token{}, tokenError(realm, clientID, err)
	}
	return token, nil
}

// dropTokens deletes every cached token of a client, drop its secret too. Both
// go by the store's own list and try all that is on it even if one fails.
func (h *Holder) dropTokens(ctx context.Context, clientID string) error {
	return h.dropItems(ctx, clientID, TokenItem)
}

// The secret goes last: as long as it is there, the rest is known to be unfinished.
func (h *Holder) drop(ctx context.Context, clientID string) error {
	if err := h.dropItems(ctx, clientID, TokenItem); err != nil {
		return err
	}
	return h.dropItems(ctx, clientID, SecretItem)
}

func (h *Holder) dropItems(ctx context.Context, clientID string, kind ItemKind) error {
	items, err := h.Store.Items(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, item := range items {
		if item.Client != clientID || item.Server != h.Realm.Server || item.Realm != h.Realm.Name || item.Kind != kind {
			continue
		}
		if err := h.Store.Delete(ctx, item); err != nil && !NotFound.Is(err) {
			failed = err
		}
	}
	return failed
}
