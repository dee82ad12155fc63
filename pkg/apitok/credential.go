package apitok

import (
	"strings"
	"time"
)

// A State says whether a credential can be used.
type State string

// The states of a credential.
const (
	// Active credentials get tokens.
	Active State = "active"
	// Disabled credentials were switched off.
	Disabled State = "disabled"
	// Expired credentials are past their end.
	Expired State = "expired"
	// Unfinished credentials were never made to the end: the create that began
	// was stopped. Running it again makes them anew.
	Unfinished State = "unfinished"
)

// An Owner is whom a credential belongs to: a user, or a customer, team or machine
// that goes by a label.
type Owner struct {
	// ID is Keycloak's id of the user, which stays when the username changes; ""
	// for a label.
	ID string
	// Username is the username when the credential was made, or "@" and the label.
	Username string
}

func (o Owner) isLabel() bool { return strings.HasPrefix(o.Username, labelMark) }

// A Credential is what is known of an API credential. A zero time means never,
// or not known.
type Credential struct {
	Record
	// ClientID is the id of its Keycloak client.
	ClientID string
	// State says whether it can be used.
	State State
	// Description is free text.
	Description string
	// RotatedAt is when the secret was last changed.
	RotatedAt time.Time
	// OldSecretUntil is when the secret before the present one ends.
	OldSecretUntil time.Time
	// LastUsedAt is when it last got a token, as far as the realm's events tell.
	// With LastUseKnown zero means never, without it that it is not known.
	LastUsedAt   time.Time
	LastUseKnown bool
	// Stored tells that this machine holds the secret.
	Stored bool
	// Delegated tells that somebody may rotate, disable and revoke it without rights in
	// the realm, by its registration access token.
	Delegated bool

	client Client
	// delegation is what is kept of a delegated one; nil for another, or where nobody
	// has looked.
	delegation *delegation
}

// TokenLifetime returns how long its access tokens live; 0 leaves it to the realm.
func (c Credential) TokenLifetime() time.Duration { return c.client.TokenLifetime }

// Ref returns the credential's name. The client id holds it: the record can be
// changed by hand, the owner renamed.
func (c Credential) Ref() Ref {
	ref, ok := RefOfClient(c.ClientID)
	if !ok {
		return Ref{Owner: c.Owner.Username, Name: c.Name}
	}
	return ref
}

// firstSecretAt is the age that a new client's secret is given: by the clock that
// wrote the record, so that the server's need not agree with it, and a second
// earlier, so that a rotation in the same second is seen.
func firstSecretAt(r Record) time.Time { return r.CreatedAt.Add(-time.Second) }

// credentialOf reads a credential off its client; ok is false for a client
// without a record, which is none of apitok's whatever its client id.
func credentialOf(client Client, now time.Time) (c Credential, ok bool) {
	record, ok := readRecord(client.Attributes)
	if !ok {
		return Credential{}, false
	}
	c = Credential{
		Record: record, ClientID: client.ClientID, Description: client.Description,
		OldSecretUntil: client.RotatedUntil, client: client, State: Active,
		Delegated: client.Attributes[attrDelegated] == "true",
	}
	if !client.SecretCreated.Equal(firstSecretAt(record)) {
		c.RotatedAt = client.SecretCreated
	}
	if client.Enabled {
		c.DisabledAt, c.DisabledBecause = time.Time{}, ""
	}
	switch {
	case client.Mark != "":
		c.State = Unfinished
	case !client.Enabled:
		c.State = Disabled
	case record.expired(now):
		c.State = Expired
	}
	return c, true
}
