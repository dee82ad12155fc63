package apitok

import (
	"context"
	"time"
)

// An Inspection tells about the server, the realm and the account that signed in.
type Inspection interface {
	// Access tells which of the roles that apitok's verbs need the account has. A
	// role that is missing from the answer could not be found out about.
	Access(ctx context.Context) (map[string]bool, error)
	// ServerInfo tells about the server itself.
	ServerInfo(ctx context.Context) (ServerInfo, error)
	// EventsConfig tells which events the realm keeps.
	EventsConfig(ctx context.Context) (EventsConfig, error)
	// KeyLimits tells how long personal keys live; NotFound when the realm has no
	// client for them.
	KeyLimits(ctx context.Context) (KeyLimits, error)
	// IdentityProviders returns those of the realm.
	IdentityProviders(ctx context.Context) ([]IdentityProvider, error)
}

// An IdentityProvider is another issuer of tokens that the realm trusts.
type IdentityProvider struct {
	// Alias names it, ID is Keycloak's own id, Name is for people.
	Alias, ID, Name string
	// Enabled tells that it is trusted at all, TakesGrant that its JWTs are by the JWT
	// authorization grant, KeepsTokens that the realm keeps its tokens.
	Enabled, TakesGrant, KeepsTokens bool
}

// KeyLimits say how long the offline sessions of the client for personal keys live.
type KeyLimits struct {
	// Idle is how long one lives unused, Longest how long at all, 0: for ever; in whole
	// seconds.
	Idle, Longest time.Duration
	// Rotates tells that the server takes each refresh token only once, or as often as
	// it is told.
	Rotates bool
}

// A ServerInfo is what the server tells of itself.
type ServerInfo struct {
	// Version is the server's; "" when it does not tell the account.
	Version string
	// Features tells of each feature by Keycloak's name whether it is on.
	Features map[string]bool
	// Executors are those that client profiles can name.
	Executors []string
}

// An EventsConfig says which events a realm keeps.
type EventsConfig struct {
	// Enabled tells that events are kept, ClientLogins that those of clients which
	// get a token are among them.
	Enabled, ClientLogins bool
	// Kept is how long, in whole seconds; 0: for ever.
	Kept time.Duration
	// AdminEnabled tells that what administrators do is kept, AdminDetails that
	// what they sent is kept with it.
	AdminEnabled, AdminDetails bool
}
