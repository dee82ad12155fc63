package apitok

import "time"

// A Client is a Keycloak client as far as apitok reads it.
type Client struct {
	// ID is Keycloak's own id, ClientID the one of RFC 6749.
	ID, ClientID      string
	Name, Description string
	Enabled           bool
	// Attributes holds the client's attributes, the record among them.
	Attributes map[string]string
	// Mark is the id of the mapper that marks the client as half made; "" for a
	// finished one.
	Mark string
	// Mappers are its other protocol mappers.
	Mappers []Mapper
	// DefaultScopes and OptionalScopes name its client scopes.
	DefaultScopes, OptionalScopes []string
	// ServiceAccount tells that it has a service account.
	ServiceAccount bool
	// Odd names its settings that are not those of a credential, such as a login flow
	// or a redirect address.
	Odd []string
	// Extra names its settings that a credential has no use for, such as nodes or a root
	// address.
	Extra []string
	// ExtraAttributes are those of Attributes that neither Keycloak gives it by itself nor
	// another field holds, the record among them.
	ExtraAttributes map[string]string
	// Nodes are its cluster nodes, by their host names.
	Nodes []string
	// Allowed names what else than tokens of its own it may ask for, as in [Record].
	Allowed []string
	// TokenLifetime is how long its access tokens live; 0 leaves it to the realm.
	TokenLifetime time.Duration
	// SecretCreated is when the present secret was made; zero when the server
	// does not say.
	SecretCreated time.Time
	// SecretExpires is when the server stops taking the present secret; zero:
	// never.
	SecretExpires time.Time
	// RotatedUntil is when the secret before the present one ends; zero when
	// there is none.
	RotatedUntil time.Time
}

// A Mapper is a protocol mapper of a client.
type Mapper struct {
	// ID is Keycloak's own id of it.
	ID, Name string
	// Claim is the claim that it writes; zero for a mapper that was not made by
	// AddClaim, or was changed since.
	Claim Claim
}

// A ClientChange says what to change of a client; nil leaves it as it is.
type ClientChange struct {
	Enabled     *bool
	Name        *string
	Description *string
	// Attributes are merged into those that are there; an empty one takes what was
	// there away. Without any, Keycloak answers 500 when a rotation policy covers the
	// client and its secret has expired.
	Attributes map[string]string
	// TokenLifetime is as in [Client].
	TokenLifetime *time.Duration
	// Allowed is as in [Client].
	Allowed *[]string
	// Reset gives the client the settings of a credential.
	Reset bool
	// Plain takes away its [Client] Extra.
	Plain bool
}

// A NewClient says how to make the client of a credential: confidential, with a
// service account, every other flow off, marked as unfinished.
type NewClient struct {
	// ID is Keycloak's own id, which whoever makes it chooses: so a run knows the
	// client that it made.
	ID          string
	ClientID    string
	Name        string
	Description string
	Secret      Secret
	Record      Record
	// Attributes are those that it has beside the record.
	Attributes map[string]string
	// Claims are the claims of fixed value that it writes.
	Claims []Claim
	// TokenLifetime is how long its access tokens live; 0 leaves it to the
	// realm.
	TokenLifetime time.Duration
	// SecretCreated is the secret's age as the server is to keep it;
	// SecretExpires is when it stops taking the secret, zero: never.
	SecretCreated, SecretExpires time.Time
	// DefaultScopes and OptionalScopes name its client scopes.
	DefaultScopes, OptionalScopes []string
}
