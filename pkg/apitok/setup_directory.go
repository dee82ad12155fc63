package apitok

import (
	"context"
	"time"
)

// Foundations are what a realm has once, whatever credentials there are: the clients
// that people and machines sign in with, the events that are stored, and the rules
// for changing clients.
type Foundations interface {
	// SetupClient returns a client by its client id; NotFound when there is none.
	SetupClient(ctx context.Context, clientID string) (SetupClient, error)
	// MarkedClients returns the clients that setup made.
	MarkedClients(ctx context.Context) ([]SetupClient, error)
	// MakeSetupClient makes a client; Conflict when one with that client id exists.
	// secret is zero for a public one.
	MakeSetupClient(ctx context.Context, client SetupClient, secret Secret) error
	// ChangeSetupClient gives the client of that ID these settings.
	ChangeSetupClient(ctx context.Context, client SetupClient) error
	// MakeMarkedScope makes the client scope of an audience, marked as made by setup;
	// Conflict when one of its name exists.
	MakeMarkedScope(ctx context.Context, audience Audience) error
	// DeleteScope deletes a client scope.
	DeleteScope(ctx context.Context, id string) error
	// OfflineSessions counts the offline sessions of a client.
	OfflineSessions(ctx context.Context, id string) (int, error)
	// EventSettings returns which events the realm stores, and what setup did to that.
	EventSettings(ctx context.Context) (EventSettings, error)
	// ChangeEventSettings reads the settings anew, changes them and writes them, with
	// the mark, in one step. What change does not touch stays.
	ChangeEventSettings(ctx context.Context, change func(*EventSettings)) error
	// ClientRules returns the realm's own client profiles and policies.
	ClientRules(ctx context.Context) (ClientRules, error)
	// PutClientRules adds profiles and policies to the realm's, or replaces those of
	// the same name; the others stay as they are.
	PutClientRules(ctx context.Context, rules ClientRules) error
	// DropClientRules takes away the policies and profiles of these names.
	DropClientRules(ctx context.Context, rules ClientRules) error
}

// A SetupClient is a client that a realm needs once, with the settings that setup
// decides about.
type SetupClient struct {
	// ID is Keycloak's own id, "" for one that is yet to be made.
	ID          string
	ClientID    string
	Name        string
	Description string
	// Mark is the name of the part of setup that made it; "" for one that someone
	// else made.
	Mark    string
	Enabled bool
	// Public tells that it has no secret, ServiceAccount that it may sign in by
	// itself, FullScope that its tokens hold all roles of whoever signs in.
	Public, ServiceAccount, FullScope bool
	// ConsentRequired tells that a person is asked before it gets a token.
	ConsentRequired bool
	// StandardFlow, Implicit and DirectAccess are the ways in for people: the
	// authorization code, the token in the redirect, the password.
	StandardFlow, Implicit, DirectAccess bool
	RedirectURIs, WebOrigins             []string
	// Attributes are those that setup decides about. Read from the server, they are
	// all that the client has.
	Attributes map[string]string
	// DefaultScopes and OptionalScopes name its client scopes. Of one that is to be,
	// nil leaves them to the realm, and it may have more optional ones.
	DefaultScopes, OptionalScopes []string
	// RoleClaims tells that the client itself writes roles into access tokens. The
	// realm's scope roles would also make an audience of each client with a role.
	RoleClaims bool
}

// EventSettings say which events a realm stores.
type EventSettings struct {
	// Login tells that logins are stored, Admin that what administrators do is.
	Login, Admin bool
	// LoginKept and AdminKept are for how long, in whole seconds; 0: for ever.
	LoginKept, AdminKept time.Duration
	// LoginTypes are the types of logins that are stored; none means the usual ones,
	// CLIENT_LOGIN among them.
	LoginTypes []string
	// Made names what setup did, as [eventChange] has it.
	Made []string
}

// ClientRules are client profiles, which say what happens, and client policies, which
// say when.
type ClientRules struct {
	Profiles []ClientProfile `json:"profiles"`
	Policies []ClientPolicy  `json:"policies"`
}

// A ClientProfile is a named list of executors.
type ClientProfile struct {
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Executors   []PolicyRule `json:"executors"`
}

// A ClientPolicy applies profiles where its conditions hold.
type ClientPolicy struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Enabled     bool   `json:"enabled"`
	// Strict tells that a condition which has nothing to say about an event counts as
	// one that does not hold. Otherwise it is passed over, so that the rest decides.
	Strict     bool         `json:"strict"`
	Profiles   []string     `json:"profiles"`
	Conditions []PolicyRule `json:"conditions"`
}

// A PolicyRule is an executor or a condition by Keycloak's name, with the settings
// that it takes.
type PolicyRule struct {
	Kind          string         `json:"kind"`
	Configuration map[string]any `json:"configuration"`
}
