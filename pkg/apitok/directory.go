package apitok

import (
	"context"
	"iter"
	"time"
)

// A Directory is what apitok asks of a Keycloak realm. Its errors are an
// [*Error]: NotFound, Denied (with the missing Keycloak role in its hint),
// Conflict, Unavailable, or Failed.
type Directory interface {
	Users
	Roles
	Clients
	Audiences
	Policies
	Inspection
}

// Users finds people and says what they have.
type Users interface {
	// UserByName finds a user by the exact username.
	UserByName(ctx context.Context, username string) (User, error)
	// UserRoles returns the roles given to the user directly.
	UserRoles(ctx context.Context, userID string) ([]Role, error)
	// UserGroups returns the groups that the user joined directly.
	UserGroups(ctx context.Context, userID string) ([]Group, error)
	// Group returns a group by its id.
	Group(ctx context.Context, groupID string) (Group, error)
	// GroupRoles returns the roles given to the group itself, not its parents.
	GroupRoles(ctx context.Context, groupID string) ([]Role, error)
	// AddRoles gives roles to a user.
	AddRoles(ctx context.Context, userID string, roles []Role) error
	// RemoveRoles takes roles from a user.
	RemoveRoles(ctx context.Context, userID string, roles []Role) error
	// JoinGroup puts a user into a group, LeaveGroup takes it out.
	JoinGroup(ctx context.Context, userID string, group Group) error
	LeaveGroup(ctx context.Context, userID string, group Group) error
}

// Roles finds roles.
type Roles interface {
	// DefaultRole returns the role that the realm gives to every new account.
	DefaultRole(ctx context.Context) (Role, error)
	// Composites returns the roles that a composite role is directly made of.
	Composites(ctx context.Context, role Role) ([]Role, error)
	// RoleExists tells whether the realm has the role.
	RoleExists(ctx context.Context, name RoleName) (bool, error)
}

// Clients finds, makes, changes and deletes clients.
type Clients interface {
	// ClientByID finds a client by the exact client id.
	ClientByID(ctx context.Context, clientID string) (Client, error)
	// Clients yields every client whose client id holds part, page by page, so
	// that no more than a page is in memory.
	Clients(ctx context.Context, part string) iter.Seq2[Client, error]
	// CreateClient makes a client and returns Keycloak's own id of it; Conflict
	// when one with that client id exists.
	CreateClient(ctx context.Context, client NewClient) (id string, err error)
	// FinishClient takes away the mark of a half-made client; NotFound when the
	// client is gone.
	FinishClient(ctx context.Context, client Client) error
	// ServiceAccount returns the service account of a client.
	ServiceAccount(ctx context.Context, id string) (User, error)
	// SetEnabled enables or disables a client.
	SetEnabled(ctx context.Context, client Client, enabled bool) error
	// DeleteClient deletes a client.
	DeleteClient(ctx context.Context, id string) error
	// RegenerateSecret makes the server give the client a new secret.
	RegenerateSecret(ctx context.Context, id string) (Secret, error)
	// DropRotatedSecret ends the old secret that a rotation policy keeps valid.
	DropRotatedSecret(ctx context.Context, id string) error
}

// Audiences finds and makes the client scopes that put an audience into a token.
type Audiences interface {
	// NewClientScopes returns the names of the client scopes that the realm
	// gives to a new client: those always in force, and those on request.
	NewClientScopes(ctx context.Context) (always, onRequest []string, err error)
	// AudienceScope looks the client scope of an audience up; NotFound when
	// there is none, Conflict when one of its name carries no such audience.
	AudienceScope(ctx context.Context, audience Audience) error
	// CreateAudienceScope makes it. It is no error if it exists by then.
	CreateAudienceScope(ctx context.Context, audience Audience) error
}

// A User is a Keycloak user, service accounts included.
type User struct {
	ID       string
	Username string
	Enabled  bool
	// ServiceAccount tells that it belongs to a client, not to a person.
	ServiceAccount bool
}

// A Group is a Keycloak group.
type Group struct {
	ID   string
	Path string
	// ParentID is empty for a top-level group.
	ParentID string
}

// A Client is a Keycloak client as far as apitok reads it.
type Client struct {
	// ID is Keycloak's own id, ClientID the one of RFC 6749.
	ID, ClientID string
	Description  string
	Enabled      bool
	// Attributes holds the client's attributes, the record among them.
	Attributes map[string]string
	// Mark is what marks the client as half made; "" for a finished one.
	Mark string
	// SecretCreated is when the present secret was made; zero when the server
	// does not say.
	SecretCreated time.Time
	// RotatedUntil is when the secret before the present one ends; zero when
	// there is none.
	RotatedUntil time.Time
}

// A NewClient says how to make the client of a credential: confidential, with a
// service account, every other flow off, marked as unfinished.
type NewClient struct {
	ClientID    string
	Name        string
	Description string
	Secret      Secret
	Attributes  map[string]string
	// TokenLifetime is how long its access tokens live; 0 leaves it to the
	// realm.
	TokenLifetime time.Duration
	// SecretCreated is the secret's age as the server is to keep it;
	// SecretExpires is when it stops taking the secret, zero: never.
	SecretCreated, SecretExpires time.Time
	// DefaultScopes and OptionalScopes name its client scopes.
	DefaultScopes, OptionalScopes []string
}
