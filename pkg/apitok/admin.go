package apitok

import (
	"context"
	"crypto/rand"
	"errors"
	"time"
)

// An Admin is someone who may manage the credentials of a realm. It is a
// [Holder] too, since what it makes it can keep.
//
// The Keycloak roles it takes are manage-clients, manage-users and view-realm of
// realm-management; to list and show, view-clients does.
type Admin struct {
	Holder
	// Directory is the realm, seen with the administrator's rights.
	Directory Directory
	// By names the account that signed in, for the record.
	By string

	// limitRefused tells that the realm's rules forbid to limit a secret.
	limitRefused bool
	// sparingRefused tells that it cannot be done without ending a registration access
	// token.
	sparingRefused bool
}

// A Result is what a verb did to a credential, or with DryRun what it would do.
type Result struct {
	// Credential is the credential afterwards. A dry run leaves it empty where
	// there is none yet.
	Credential Credential
	// Secret is the new secret, where the verb made one.
	Secret Secret
	// Changes lists what was done, in order, one line each.
	Changes []string
	// Done is false when nothing was changed: a dry run, or nothing to do.
	Done bool
}

// find returns a credential by name: NotFound when there is no client of its id,
// Conflict when there is one that is none of apitok's.
func (a *Admin) find(ctx context.Context, ref Ref) (Credential, error) {
	c, err := a.findClient(ctx, ref.ClientID())
	if NotFound.Is(err) {
		return Credential{}, &Error{Kind: NotFound, Message: "there is no credential " + ref.String() + " in realm " + quote(a.Realm.Name),
			Hint: "apitok list shows those that exist"}
	}
	return c, err
}

// findClient is find by client id, which whoever may change clients can change too.
func (a *Admin) findClient(ctx context.Context, clientID string) (Credential, error) {
	client, err := a.Directory.ClientByID(ctx, clientID)
	if err != nil {
		return Credential{}, err
	}
	c, ok, err := a.read(ctx, client)
	if err == nil && !ok {
		err = foreign(client)
	}
	if err != nil {
		return Credential{}, err
	}
	return c, nil
}

func foreign(client Client) *Error {
	return &Error{Kind: Conflict, Message: "the client " + quote(client.ClientID) + " has no record that this apitok can read, so it is left alone",
		Hint: "it was made by someone else or by a newer apitok; choose another name"}
}

// finished is find for verbs that a half-made credential is no good for.
func (a *Admin) finished(ctx context.Context, ref Ref) (Credential, error) {
	c, err := a.find(ctx, ref)
	if err == nil && c.State == Unfinished {
		return Credential{}, &Error{Kind: Conflict, Message: ref.String() + " was never made to the end",
			Hint: "run apitok create " + ref.String() + " again, or apitok revoke it"}
	}
	return c, err
}

// stored fills in whether this machine holds the secret.
func (a *Admin) stored(ctx context.Context, c *Credential) error {
	stored, err := a.storedItems(ctx)
	c.Stored = stored[secretItem(a.Realm, c.ClientID).Key()]
	return err
}

// storedItems returns the keys of what this machine holds.
func (a *Admin) storedItems(ctx context.Context) (map[string]bool, error) {
	items, err := a.Store.Items(ctx)
	keys := map[string]bool{}
	for _, item := range items {
		keys[item.Key()] = true
	}
	return keys, err
}

func hasExpired(ref Ref) *Error {
	return &Error{Kind: Denied, Message: ref.String() + " has expired", Hint: "apitok edit --expires gives it another end"}
}

// cleanupTime is how long is spent on taking back what a failed verb began.
const cleanupTime = 10 * time.Second

// takeBack runs undo although ctx may have ended, and adds its failure to err.
func takeBack(ctx context.Context, err error, undo func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	if failed := undo(ctx); failed != nil && !NotFound.Is(failed) {
		return errors.Join(err, failed)
	}
	return err
}

// newSecret makes a client secret of 260 random bits in letters and digits, so
// that every shell, header and form takes it as it is.
func newSecret() Secret { return NewSecret(rand.Text() + rand.Text()) }
