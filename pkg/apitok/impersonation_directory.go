package apitok

import (
	"context"

	"github.com/apitok/apitok/pkg/grant"
)

// Impersonations is what has a realm let clients act as users.
type Impersonations interface {
	// AssertionIssuer returns the identity provider of that alias; NotFound when there is
	// none.
	AssertionIssuer(ctx context.Context, alias string) (AssertionIssuer, error)
	// PutAssertionIssuer makes one, or replaces that of its alias; Conflict when somebody
	// else made it in the meantime.
	PutAssertionIssuer(ctx context.Context, issuer AssertionIssuer) error
	// DropAssertionIssuer deletes one, and with it the links of users to it.
	DropAssertionIssuer(ctx context.Context, alias string) error
	// Links returns who is linked with an identity provider.
	Links(ctx context.Context, alias string) ([]Link, error)
	// Link has assertions of the provider that are about the username be about the user;
	// Unlink takes that back.
	Link(ctx context.Context, alias string, user User) error
	Unlink(ctx context.Context, alias string, user User) error
	// MembersOf returns the members of a group and of those below it.
	MembersOf(ctx context.Context, group Group) ([]User, error)
	AdminPermissions
}

// AdminPermissions are the realm's fine-grained admin permissions. Those of version 2 are
// kept by the client [AdminPermissionsClient], those of version 1 by that whose roles are
// over the realm; server is the id of either.
type AdminPermissions interface {
	// PermissionSwitches tells what of it is on, and what setup switched on.
	PermissionSwitches(ctx context.Context) (PermissionSwitches, error)
	// SwitchPermissions switches the permissions of version 2 on or off, and notes what
	// setup switched on.
	SwitchPermissions(ctx context.Context, to PermissionSwitches) error
	// SwitchManagement switches the permissions of version 1 of one thing on or off.
	SwitchManagement(ctx context.Context, of Managed, on bool) error
	// Management tells whether they are on.
	Management(ctx context.Context, of Managed) (bool, error)
	// AdminPolicy returns the policy of that kind and name; NotFound when there is none.
	AdminPolicy(ctx context.Context, server string, kind PolicyKind, name string) (AdminPolicy, error)
	// AdminPolicies returns all policies, without who is in them.
	AdminPolicies(ctx context.Context, server string) ([]AdminPolicy, error)
	// PutAdminPolicy makes a policy, or replaces that of its ID; DropAdminPolicy deletes it.
	PutAdminPolicy(ctx context.Context, server string, policy AdminPolicy) error
	DropAdminPolicy(ctx context.Context, server string, policy AdminPolicy) error
	// AdminPermission returns the permission of that name; NotFound when there is none.
	AdminPermission(ctx context.Context, server, name string) (AdminPermission, error)
	// AdminPermissionsOver returns those of version 2 that are about that scope.
	AdminPermissionsOver(ctx context.Context, server, scope string) ([]AdminPermission, error)
	// MemberName returns the client id, the username or the path of a member of a policy of
	// that kind; NotFound when it is gone.
	MemberName(ctx context.Context, kind PolicyKind, id string) (string, error)
	// PutAdminPermission makes a permission, or replaces that of its ID;
	// DropAdminPermission deletes it.
	PutAdminPermission(ctx context.Context, server string, permission AdminPermission) error
	DropAdminPermission(ctx context.Context, server string, permission AdminPermission) error
}

// AdminPermissionsClient is the id of the client that keeps admin permissions of version 2.
const AdminPermissionsClient = "admin-permissions"

// A JWK is the public half of a key that signs assertions.
type JWK = grant.JWK

// An AssertionIssuer is an identity provider of Keycloak whose signed JWTs count as the
// users who are linked with it (RFC 7523 section 2.1).
type AssertionIssuer struct {
	// Alias names it, Issuer is the iss of its assertions.
	Alias, Issuer string
	// Name is for people; it says who made it.
	Name string
	// Keys are those that it signs with.
	Keys []JWK
	// Enabled tells that assertions are taken.
	Enabled bool
}

// A Link says which user an assertion with that sub is about.
type Link struct {
	User    User
	Subject string
}

// PermissionSwitches say which admin permissions are on.
type PermissionSwitches struct {
	// V2 tells that those of version 2 are.
	V2 bool
	// Made names what setup switched on.
	Made []string
}

// Managed names a thing that has admin permissions of version 1: the users of the realm, a
// client, or an identity provider.
type Managed struct {
	// Client is the id of the client, Provider the alias of the identity provider; "" for
	// the users.
	Client, Provider string
}

// A PolicyKind says who can be in a policy.
type PolicyKind string

// The kinds of policies.
const (
	ClientMembers PolicyKind = "client"
	UserMembers   PolicyKind = "user"
	GroupMembers  PolicyKind = "group"
)

// An AdminPolicy says who a permission is given to.
type AdminPolicy struct {
	Kind                  PolicyKind
	ID, Name, Description string
	// Members are Keycloak's own ids of those in it; of a group, who is in one below is in
	// the policy too.
	Members []string
}

// An AdminPermission says what those of its policies may do.
type AdminPermission struct {
	ID, Name, Description string
	// ResourceType, Resources and Scopes say what, in version 2: of which of the resources
	// of that type. In version 1 they are fixed, and empty here.
	ResourceType      string
	Resources, Scopes []string
	// Policies are those that it goes by, without who is in them. Affirmative tells that
	// one of them is enough.
	Policies    []AdminPolicy
	Affirmative bool
}
