package apitok

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Delegation is what hands a client to somebody who has no rights in the realm.
type Delegation interface {
	// OwnRoles returns the roles of the client itself, with their attributes.
	OwnRoles(ctx context.Context, id string) ([]OwnRole, error)
	// PutOwnRole gives the client a role of that name with exactly these attributes, of
	// which Keycloak keeps 255 characters each, in one step.
	PutOwnRole(ctx context.Context, id string, role OwnRole) error
	// DeleteOwnRole deletes a role of a client, and takes it from all who have it. It is
	// no error if it is gone.
	DeleteOwnRole(ctx context.Context, role OwnRole) error
	// RemoveComposite takes a part out of the realm's composite role. It takes
	// manage-realm.
	RemoveComposite(ctx context.Context, of Role, part OwnRole) error
	// RegistrationToken makes a registration access token for a client. The one before
	// it ends.
	RegistrationToken(ctx context.Context, id string) (Secret, error)
}

// An OwnRole is a role of a client.
type OwnRole struct {
	// ID is Keycloak's own id of it.
	ID, Name string
	// Attributes hold one text each.
	Attributes map[string]string
}

// A delegation is what the realm keeps of a delegated credential where the holder of
// its registration access token cannot write.
type delegation struct {
	// role is the mark; it has no id where it is missing.
	role OwnRole
	// strange are other roles of the client, which only the holder makes.
	strange []OwnRole
	// copied is the copy of the record; nil where there is none that can be read.
	copied *recordCopy
}

// Why a delegated credential must not work.
const copyGone = "what it was before its holder could change it cannot be read"

// dead says why the credential must not work, "" when it may. One that is being made
// has no copy yet.
func (d *delegation) dead(c Credential) string {
	if d != nil && d.copied == nil && c.State != Unfinished {
		return copyGone
	}
	return ""
}

// read reads a credential off its client; ok is false where it is none of apitok's. Of a
// delegated one the copy of the record counts, which its holder cannot change, and may
// not have left away.
func (a *Admin) read(ctx context.Context, client Client) (c Credential, ok bool, err error) {
	c, ok = credentialOf(client, a.Now())
	if ok && !c.Delegated || !ok && !strings.HasPrefix(client.ClientID, clientPrefix) {
		return c, ok, nil
	}
	d, err := a.delegationOf(ctx, client)
	if err != nil || d == nil {
		return c, ok, err
	}
	c, ok = c.as(client, d, a.Now())
	return c, ok, nil
}

// known makes sure that it is known whether a credential is delegated, whatever its
// client's attributes say.
func (a *Admin) known(ctx context.Context, c Credential) (Credential, error) {
	if c.delegation != nil {
		return c, nil
	}
	d, err := a.delegationOf(ctx, c.client)
	if err == nil && d != nil {
		c, _ = c.as(c.client, d, a.Now())
	}
	return c, err
}

// as is the credential as its copy says; without one, as it is.
func (c Credential) as(client Client, d *delegation, now time.Time) (Credential, bool) {
	ok := c.ClientID != ""
	if d.copied != nil {
		told := client
		told.Attributes = d.copied.over(client.Attributes)
		c, ok = credentialOf(told, now)
		c.client = client
	}
	c.Delegated, c.delegation = true, d
	return c, ok
}

// delegationOf returns what is kept of a delegated credential; nil for another.
func (a *Admin) delegationOf(ctx context.Context, client Client) (*delegation, error) {
	roles, err := a.Directory.OwnRoles(ctx, client.ID)
	if err != nil {
		return nil, err
	}
	d := &delegation{}
	for _, role := range roles {
		if role.Name == DelegatedRole {
			d.role = role
			d.copied = readCopy(role.Attributes)
			continue
		}
		d.strange = append(d.strange, role)
	}
	if d.role.ID == "" && client.Attributes[attrDelegated] != "true" {
		return nil, nil
	}
	return d, nil
}

// lifetime is how long its access tokens are to live.
func (c Credential) lifetime() time.Duration {
	if c.delegation != nil && c.delegation.copied != nil {
		return c.delegation.copied.lifetime()
	}
	return c.client.TokenLifetime
}

// bounded refuses to delegate where the realm does not keep the holder from widening
// the client: kind CheckFailed.
func (a *Admin) bounded(ctx context.Context) error {
	lacks, err := (&delegationPart{a.Directory}).missing(ctx)
	if err == nil && len(lacks) > 0 || Conflict.Is(err) {
		return &Error{Kind: CheckFailed, Message: "realm " + quote(a.Realm.Name) + " does not keep the holder of a delegated credential from widening it",
			Hint: "apitok setup puts the client policies in force that do"}
	}
	return err
}

// inDefault tells whether the realm gives a role to every new account.
func (m *atlas) inDefault(ctx context.Context, role OwnRole) (bool, error) {
	fallback, err := m.defaultRole(ctx)
	if err != nil {
		return false, err
	}
	parts, err := m.madeOf(ctx, fallback)
	return slices.ContainsFunc(parts, func(r Role) bool { return r.ID == role.ID }), err
}
