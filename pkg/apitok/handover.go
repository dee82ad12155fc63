package apitok

import (
	"context"
	"encoding/json"
	"time"
)

// A Handover is all that the holder of a delegated credential needs.
type Handover struct {
	Realm    Realm
	ClientID string
	// Secret is the client's, RegistrationToken its registration access token.
	Secret, RegistrationToken Secret
	// ExpiresAt is the credential's end; zero: never.
	ExpiresAt time.Time
	// Audiences are in every token of it.
	Audiences []string
}

// A Courier takes a hand-over to whom it is for.
type Courier interface {
	// Probe finds out whether it could deliver, and leaves nothing.
	Probe() error
	// Deliver delivers it so that nobody else can read it, in the place of what it
	// delivered before.
	Deliver(handover Handover) error
}

const handoverVersion = 1

// handoverText is the form of a hand-over. Its fields are a promise: they stay.
type handoverText struct {
	Version           int       `json:"version"`
	Server            string    `json:"server"`
	Realm             string    `json:"realm"`
	ClientID          string    `json:"client_id"`
	Secret            string    `json:"client_secret"`
	RegistrationToken string    `json:"registration_access_token"`
	ExpiresAt         time.Time `json:"expires_at,omitzero"`
	Audiences         []string  `json:"audiences"`
}

// Encode returns the hand-over as JSON.
func (h Handover) Encode() (Secret, error) {
	b, err := json.Marshal(handoverText{Version: handoverVersion, Server: h.Realm.Server, Realm: h.Realm.Name, ClientID: h.ClientID,
		Secret: h.Secret.Reveal(), RegistrationToken: h.RegistrationToken.Reveal(), ExpiresAt: h.ExpiresAt, Audiences: append([]string{}, h.Audiences...)})
	return NewSecret(string(b)), err
}

// DecodeHandover reads what Encode wrote: kind Usage when it is none, or of a later
// version.
func DecodeHandover(text Secret) (Handover, error) {
	var t handoverText
	// The decoder's error could quote the text.
	if json.Unmarshal([]byte(text.Reveal()), &t) != nil || t.Version == 0 {
		return Handover{}, &Error{Kind: Usage, Message: "this is no hand-over of a credential"}
	}
	_, ok := RefOfClient(t.ClientID)
	if t.Version != handoverVersion || !ok || t.Server == "" || t.Realm == "" || t.Secret == "" || t.RegistrationToken == "" {
		return Handover{}, &Error{Kind: Usage, Message: "this hand-over is not whole, or was made by a newer apitok"}
	}
	return Handover{Realm: Realm{Server: t.Server, Name: t.Realm}, ClientID: t.ClientID, Secret: NewSecret(t.Secret),
		RegistrationToken: NewSecret(t.RegistrationToken), ExpiresAt: t.ExpiresAt, Audiences: t.Audiences}, nil
}

// Import takes what was handed over into this machine's store, after the server gave a
// token for the secret and took the registration access token. Denied when it does not:
// a hand-over serves once, until the first rotation.
func (d *Delegate) Import(ctx context.Context, handover Handover, dryRun bool) error {
	ref, ok := RefOfClient(handover.ClientID)
	if !ok || handover.Realm != d.Realm {
		return &Error{Kind: Usage, Message: "this hand-over is for realm " + quote(handover.Realm.Name) + " at " + handover.Realm.Server,
			Hint: "choose its profile with --profile, or add one with apitok profile add"}
	}
	return d.alone(ctx, ref, func() error { return d.takeOver(ctx, ref, handover, dryRun) })
}

func (d *Delegate) takeOver(ctx context.Context, ref Ref, handover Handover, dryRun bool) error {
	if err := d.unlessPersonal(ctx, ref); err != nil {
		return err
	}
	token, err := d.fetch(ctx, handover.ClientID, handover.Secret, nil)
	if err == nil {
		err = claimsIn(token.AccessToken).checkAudiences(handover.Audiences)
	}
	if err != nil {
		return err
	}
	kept := held{Secret: handover.Secret.Reveal(), ExpiresAt: handover.ExpiresAt, Delegated: &entrusted{Token: handover.RegistrationToken.Reveal()}}
	if _, err := d.see(ctx, ref, kept); err != nil {
		if NotFound.Is(err) {
			return d.refused(ctx, ref, kept)
		}
		return err
	}
	if dryRun {
		return nil
	}
	if err := d.dropTokens(ctx, handover.ClientID); err != nil {
		return err
	}
	return d.keep(ctx, handover.ClientID, kept)
}
