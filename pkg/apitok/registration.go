package apitok

import (
	"context"
	"errors"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// A Registration changes one client with nothing but its registration access token.
// Its errors are an [*Error]: NotFound when the server does not take the token, since it
// was used, or the client is disabled or gone; Denied when the realm's policies refuse
// the change; Unavailable or Failed.
type Registration interface {
	// Client returns the client. The token goes on holding.
	Client(ctx context.Context, clientID string, token Secret) (Client, error)
	// Change changes what change names, and returns the token that holds from now on;
	// zero where the realm leaves it as it is.
	Change(ctx context.Context, clientID string, token Secret, change RegistrationChange) (next Secret, err error)
	// Delete deletes the client.
	Delete(ctx context.Context, clientID string, token Secret) error
}

// A RegistrationChange says what to change of a client; zero leaves it as it is.
type RegistrationChange struct {
	// Secret is the new secret, SecretCreated its age.
	Secret        Secret
	SecretCreated time.Time
	Enabled       *bool
	// Attributes are merged into those that are there.
	Attributes map[string]string
}

// A Delegate is the holder of delegated credentials, without rights in the realm. Of
// each its store keeps the registration access token beside the secret.
type Delegate struct {
	Holder
	Registration Registration
}

// entrusted is what the store keeps of a delegated credential beside the secret.
type entrusted struct {
	// Token is the registration access token; "" when it was lost.
	Token string `json:"registration_access_token"`
	// Pending is a secret that the server was told to take, and may have taken.
	Pending string `json:"pending_client_secret,omitempty"`
}

// credential is what is known of a delegated credential without the server.
func (k held) credential(ref Ref) Credential {
	return Credential{Record: Record{Owner: Owner{Username: ref.Owner}, Name: ref.Name, ExpiresAt: k.ExpiresAt},
		ClientID: ref.ClientID(), State: Active, Stored: true, Delegated: true}
}

// Holds tells whether the store keeps, or kept, a registration access token of a
// credential.
func (h *Holder) Holds(ctx context.Context, ref Ref) (bool, error) {
	items, err := h.Store.Items(ctx)
	if err != nil {
		return false, err
	}
	want := secretItem(h.Realm, ref.ClientID()).Key()
	for _, item := range items {
		if item.Key() != want {
			continue
		}
		kept, err := h.recall(ctx, ref)
		return kept.Delegated != nil, err
	}
	return false, nil
}

// recallDelegated returns what the store keeps of a delegated credential.
func (d *Delegate) recallDelegated(ctx context.Context, ref Ref) (held, error) {
	kept, err := d.recall(ctx, ref)
	if err == nil && kept.Delegated == nil {
		err = &Error{Kind: Denied, Message: "this machine holds no registration access token of " + ref.String(), Hint: askForAnother(ref)}
	}
	return kept, err
}

// refused is what a registration access token that the server does not take means.
func (d *Delegate) refused(ctx context.Context, ref Ref, kept held) *Error {
	_, err := d.fetch(ctx, ref.ClientID(), NewSecret(kept.Secret), nil)
	if isUnknownClient(err) {
		return &Error{Kind: Denied, Message: ref.String() + " is disabled or gone",
			Hint: "an administrator's apitok show " + ref.String() + " tells which; if it is gone, apitok forget " + ref.String() + " drops its secret here"}
	}
	if Unavailable.Is(err) {
		return AsError(err)
	}
	return &Error{Kind: Denied, Message: "the registration access token of " + ref.String() + " does not hold any more", Hint: askForAnother(ref)}
}

func askForAnother(ref Ref) string {
	return "an administrator's apitok delegate " + ref.String() + " hands over another, for apitok import"
}

// isUnknownClient tells of a refusal of the token endpoint that there is no enabled
// client of that id. A wrong secret is refused as unauthorized_client.
func isUnknownClient(err error) bool {
	var refusal *grant.Error
	return errors.As(err, &refusal) && refusal.Code == "invalid_client"
}
