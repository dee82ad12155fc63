package apitok

import "time"

// A RolePolicy says which roles a credential has.
type RolePolicy string

// The role policies.
const (
	// Mirror gives what the owner has.
	Mirror RolePolicy = "mirror"
	// Subset gives the named ones of the owner's roles, perhaps none.
	Subset RolePolicy = "subset"
	// Named gives the named roles and those of a group, for an owner who is no
	// user.
	Named RolePolicy = "named"
)

// An Identity says as whom a credential's tokens speak.
type Identity string

// The identities.
const (
	// AsServiceAccount leaves sub to the service account; the owner stands in a
	// claim of its own.
	AsServiceAccount Identity = "service-account"
	// AsOwner puts the owner into sub.
	AsOwner Identity = "owner"
)

// A Record is what apitok keeps about a credential, in its client's attributes.
type Record struct {
	Owner Owner
	// Name is the owner's name for it.
	Name string
	// Roles says which roles it has. RoleList names them for Subset and Named;
	// for Mirror, those of Keycloak's own that come along.
	Roles    RolePolicy
	RoleList []string
	// Except names roles of the owner that a mirror leaves out.
	Except []string
	// AllowAdmin tells that roles with power over Keycloak itself are given too.
	AllowAdmin bool
	// Group is the group that the credential of an owner who is no user joins.
	Group Group
	// Audiences are in every token, OptionalAudiences in those that ask for them.
	Audiences, OptionalAudiences []string
	// Identity says as whom the tokens speak, AuthorizedParty which client's id
	// stands in azp, "" for its own.
	Identity        Identity
	AuthorizedParty string
	// Allow names what the credential may ask for besides tokens of its own:
	// [AllowExchange] and the others.
	Allow []string
	// ExpiresAt is its end; zero: never.
	ExpiresAt time.Time
	CreatedAt time.Time
	// CreatedBy is the account that made it.
	CreatedBy string
	// DisabledAt is when apitok disabled it, or saw that it was, and
	// DisabledBecause why.
	DisabledAt      time.Time
	DisabledBecause string
}

func (r Record) expired(now time.Time) bool {
	return !r.ExpiresAt.IsZero() && !now.Before(r.ExpiresAt)
}
