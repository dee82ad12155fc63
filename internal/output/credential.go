package output

import (
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Credential is the JSON of a credential. Its fields are a promise: they stay.
type Credential struct {
	Owner             Owner             `json:"owner"`
	Name              string            `json:"name"`
	ClientID          string            `json:"client_id"`
	State             apitok.State      `json:"state"`
	Description       *string           `json:"description"`
	DisabledAt        *time.Time        `json:"disabled_at"`
	DisabledBecause   *string           `json:"disabled_because"`
	Roles             apitok.RolePolicy `json:"roles"`
	RoleList          []string          `json:"role_list"`
	Except            []string          `json:"except"`
	AllowAdmin        bool              `json:"allow_admin"`
	Group             *string           `json:"group"`
	Audiences         []string          `json:"audiences"`
	OptionalAudiences []string          `json:"optional_audiences"`
	Allow             []string          `json:"allow"`
	Identity          apitok.Identity   `json:"identity"`
	AZP               *string           `json:"azp"`
	// TokenLifetime is in seconds; null leaves it to the realm.
	TokenLifetime  *int                 `json:"token_lifetime"`
	CreatedAt      *time.Time           `json:"created_at"`
	CreatedBy      *string              `json:"created_by"`
	ExpiresAt      *time.Time           `json:"expires_at"`
	ExpiryHeldBy   *apitok.ExpiryHolder `json:"expiry_held_by"`
	RotatedAt      *time.Time           `json:"rotated_at"`
	OldSecretUntil *time.Time           `json:"old_secret_until"`
	LastUse        string               `json:"last_use"`
	LastUsedAt     *time.Time           `json:"last_used_at"`
	Stored         bool                 `json:"stored"`
	Delegated      bool                 `json:"delegated"`
	// ClientSecret is left out unless it was asked for.
	ClientSecret string `json:"client_secret,omitempty"`
}

// An Owner is the JSON of a credential's owner.
type Owner struct {
	// ID is null for a label.
	ID       *string `json:"id"`
	Username string  `json:"username"`
}

// CredentialOf returns the JSON of a credential, with secret in it unless that is
// zero.
func CredentialOf(c apitok.Credential, secret apitok.Secret) Credential {
	return Credential{
		Owner: Owner{ID: OrNull(c.Owner.ID), Username: c.Owner.Username}, Name: c.Name, ClientID: c.ClientID, State: c.State,
		Description: OrNull(c.Description), DisabledAt: OrNull(c.DisabledAt), DisabledBecause: OrNull(c.DisabledBecause),
		Roles: c.Roles, RoleList: list(c.RoleList), Except: list(c.Except), AllowAdmin: c.AllowAdmin, Group: OrNull(c.Group.Path),
		Audiences: list(c.Audiences), OptionalAudiences: list(c.OptionalAudiences), Allow: list(c.Allow), Identity: c.Identity, AZP: OrNull(c.AuthorizedParty),
		TokenLifetime: OrNull(int(c.TokenLifetime() / time.Second)), ExpiryHeldBy: OrNull(c.ExpiryHeldBy()),
		CreatedAt: OrNull(c.CreatedAt), CreatedBy: OrNull(c.CreatedBy), ExpiresAt: OrNull(c.ExpiresAt),
		RotatedAt: OrNull(c.RotatedAt), OldSecretUntil: OrNull(c.OldSecretUntil),
		LastUse: lastUse(c), LastUsedAt: OrNull(c.LastUsedAt), Stored: c.Stored, Delegated: c.Delegated,
		ClientSecret: secret.Reveal(),
	}
}
