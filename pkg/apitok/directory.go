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
	Mappers
	Scopes
	Policies
	AdminEvents
	Events
	Inspection
	Foundations
	Delegation
	Impersonations
	ImpersonationEvents
}

// Users finds people and says what they have.
type Users interface {
	// UserByName finds a user by the exact username.
	UserByName(ctx context.Context, username string) (User, error)
	// UserByID finds a user by Keycloak's id.
	UserByID(ctx context.Context, userID string) (User, error)
	// ProfileClaims returns what userinfo would tell a client with the scopes
	// profile and email about the user; NotFound when there is no such client.
	ProfileClaims(ctx context.Context, clientID, userID string) (map[string]any, error)
	// UserRoles returns the roles given to the user directly.
	UserRoles(ctx context.Context, userID string) ([]Role, error)
	// UserGroups returns the groups that the user joined directly.
	UserGroups(ctx context.Context, userID string) ([]Group, error)
	// Group returns a group by its id.
	Group(ctx context.Context, groupID string) (Group, error)
	// GroupByPath returns a group by its path, which begins with a slash.
	GroupByPath(ctx context.Context, path string) (Group, error)
	// GroupRoles returns the roles given to the group itself, not its parents.
	GroupRoles(ctx context.Context, groupID string) ([]Role, error)
	// AddRoles gives roles to a user.
	AddRoles(ctx context.Context, userID string, roles []Role) error
	// RemoveRoles takes roles from a user, LeaveGroup takes the user out of a group.
	// It is no error if that was done before.
	RemoveRoles(ctx context.Context, userID string, roles []Role) error
	// JoinGroup puts a user into a group.
	JoinGroup(ctx context.Context, userID string, group Group) error
	LeaveGroup(ctx context.Context, userID string, group Group) error
}

// Roles finds roles.
type Roles interface {
	// DefaultRole returns the role that the realm gives to every new account.
	DefaultRole(ctx context.Context) (Role, error)
	// Composites returns the roles that a composite role is directly made of.
	Composites(ctx context.Context, role Role) ([]Role, error)
	// RoleByName finds a role by its exact name.
	RoleByName(ctx context.Context, name RoleName) (Role, error)
}

// Clients finds, makes, changes and deletes clients.
type Clients interface {
	// ClientByID finds a client by the exact client id.
	ClientByID(ctx context.Context, clientID string) (Client, error)
	// Clients yields every client whose client id holds part, page by page, so
	// that no more than a page is in memory.
	Clients(ctx context.Context, part string) iter.Seq2[Client, error]
	// CreateClient makes a client; Conflict when one with that client id exists.
	CreateClient(ctx context.Context, client NewClient) error
	// ServiceAccount returns the service account of a client.
	ServiceAccount(ctx context.Context, id string) (User, error)
	// ChangeClient changes what change names. It erases the limit of the secret.
	ChangeClient(ctx context.Context, client Client, change ClientChange) error
	// LimitSecret makes the server refuse the present secret from then on; Denied when
	// the realm's client registration policies forbid it. It must not be used where a
	// rotation policy covers the client, which would take it for a reason to change the
	// secret. With spare a registration access token that somebody has of the client goes
	// on holding, and it is Denied too where the account that signed in is of another
	// realm.
	LimitSecret(ctx context.Context, client Client, ends time.Time, spare bool) error
	// DeleteClient deletes a client.
	DeleteClient(ctx context.Context, id string) error
	// RegenerateSecret makes the server give the client a new secret.
	RegenerateSecret(ctx context.Context, id string) (Secret, error)
	// ClientSecret returns the present secret.
	ClientSecret(ctx context.Context, id string) (Secret, error)
	// DropRotatedSecret ends the old secret that a rotation policy keeps valid.
	DropRotatedSecret(ctx context.Context, id string) error
}

// Mappers changes what a client puts into its tokens. Nothing of it touches the
// limit of the secret.
type Mappers interface {
	// AddClaim makes the client write a claim of fixed value.
	AddClaim(ctx context.Context, client Client, claim Claim) error
	// RemoveMapper takes a protocol mapper away; NotFound when it or the client is
	// gone.
	RemoveMapper(ctx context.Context, client Client, mapperID string) error
	// AddScope gives the client a client scope, always in force or on request;
	// RemoveScope takes it away either way.
	AddScope(ctx context.Context, client Client, scope ClientScope, always bool) error
	RemoveScope(ctx context.Context, client Client, scope ClientScope) error
}

// Scopes finds client scopes and makes those that put an audience into a token.
type Scopes interface {
	// NewClientScopes returns the names of the client scopes that the realm
	// gives to a new client: those always in force, and those on request.
	NewClientScopes(ctx context.Context) (always, onRequest []string, err error)
	// ClientScopes returns the realm's client scopes.
	ClientScopes(ctx context.Context) ([]ClientScope, error)
	// CreateAudienceScope makes the client scope of an audience. It is no error if
	// one of its name exists by then.
	CreateAudienceScope(ctx context.Context, audience Audience) error
}

// ServiceAccountPrefix begins the username of every service account; the client id
// follows in lower case.
const ServiceAccountPrefix = "service-account-"

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
