package apitok

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
)

// make carries a plan out. The client is marked unfinished until its last step;
// a failure takes it back.
func (a *Admin) make(ctx context.Context, plan *createPlan) (Credential, Secret, error) {
	if !plan.spec.NoStore {
		if err := a.Store.Probe(ctx); err != nil {
			return Credential{}, Secret{}, err
		}
	}
	if err := a.clear(ctx, plan); err != nil {
		return Credential{}, Secret{}, err
	}
	secret := newSecret()
	if err := a.makeClient(ctx, plan, secret); err != nil {
		return Credential{}, Secret{}, err
	}
	credential, err := a.finish(ctx, plan, secret)
	if err != nil {
		return Credential{}, Secret{}, a.undo(ctx, plan, err)
	}
	return credential, secret, nil
}

// clear removes a leftover and makes the client scopes that are missing.
func (a *Admin) clear(ctx context.Context, plan *createPlan) error {
	if plan.leftover != nil {
		if err := a.deleteLeftover(ctx, plan.leftover); err != nil {
			return err
		}
	}
	for _, audience := range plan.newScopes {
		if err := plan.atlas.makeScope(ctx, audience.Value); err != nil {
			return err
		}
	}
	return nil
}

// deleteLeftover looks again first: whoever began it may have finished by now.
func (a *Admin) deleteLeftover(ctx context.Context, leftover *Client) error {
	now, err := a.Directory.ClientByID(ctx, leftover.ClientID)
	switch {
	case NotFound.Is(err):
		return nil
	case err != nil:
		return err
	case now.ID != leftover.ID || now.Mark == "":
		return &Error{Kind: Conflict, Message: "the client " + quote(now.ClientID) + " was made by someone else just now"}
	}
	if err := a.Directory.DeleteClient(ctx, leftover.ID); !NotFound.Is(err) {
		return err
	}
	return nil
}

func (a *Admin) makeClient(ctx context.Context, plan *createPlan, secret Secret) error {
	always, onRequest, err := plan.scopesOf(ctx)
	if err != nil {
		return err
	}
	ref := plan.spec.Ref
	var attributes map[string]string
	if plan.spec.Courier != nil {
		attributes = DelegatedAttributes()
	}
	err = a.Directory.CreateClient(ctx, NewClient{
		ID: plan.id, ClientID: ref.ClientID(), Name: ref.String(), Description: plan.spec.Description, Secret: secret,
		Record: plan.record, Attributes: attributes, Claims: plan.blueprint.claims, TokenLifetime: plan.spec.TokenLifetime,
		SecretCreated: firstSecretAt(plan.record), SecretExpires: serverLimit(plan.record.ExpiresAt),
		DefaultScopes: always, OptionalScopes: onRequest,
	})
	switch {
	case Conflict.Is(err):
		return a.unlessOurs(ctx, plan, err)
	case err != nil && !Denied.Is(err):
		// The answer may be lost though the client was made.
		return takeBack(ctx, err, func(ctx context.Context) error { return a.Directory.DeleteClient(ctx, plan.id) })
	}
	return err
}

// unlessOurs forgives a conflict with the client that this very run made: a request
// that was repeated on its way made it the first time.
func (a *Admin) unlessOurs(ctx context.Context, plan *createPlan, conflict error) error {
	client, err := a.Directory.ClientByID(ctx, plan.spec.Ref.ClientID())
	switch {
	case err != nil && !NotFound.Is(err):
		return takeBack(ctx, err, func(ctx context.Context) error { return a.Directory.DeleteClient(ctx, plan.id) })
	case client.ID == plan.id:
		return nil
	}
	return &Error{Kind: Conflict, Message: plan.spec.Ref.String() + " was made by someone else just now", Cause: conflict}
}

// newID makes up Keycloak's own id of a client, a random UUID (RFC 9562 section
// 5.4).
func newID() string {
	var b [16]byte
	rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// scopesOf returns the names of the client scopes of a new client: those that the
// realm gives to new clients, without what contests its claims, and those of its
// audiences.
func (p *createPlan) scopesOf(ctx context.Context) (always, onRequest []string, err error) {
	given, err := p.atlas.scopesOfNewClients(ctx)
	if err != nil {
		return nil, nil, err
	}
	if always, err = p.scopesFrom(ctx, given.always, p.record.Audiences); err != nil {
		return nil, nil, err
	}
	onRequest, err = p.scopesFrom(ctx, given.onRequest, p.record.OptionalAudiences)
	return always, onRequest, err
}

func (p *createPlan) scopesFrom(ctx context.Context, given, audiences []string) (names []string, err error) {
	names = []string{} // without any, Keycloak would give those of the realm
	for _, name := range given {
		scope, found, err := p.atlas.scope(ctx, name)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(name, scopePrefix) || found && p.blueprint.contested(scope) {
			continue
		}
		names = append(names, name)
	}
	for _, audience := range audiences {
		names = append(names, audienceScope(audience))
	}
	return names, nil
}

// finish gives the client its roles, keeps and proves its secret, and takes the
// mark away.
func (a *Admin) finish(ctx context.Context, plan *createPlan, secret Secret) (Credential, error) {
	clientID := plan.spec.Ref.ClientID()
	if plan.spec.Courier != nil {
		if err := a.copyNew(ctx, plan); err != nil {
			return Credential{}, err
		}
	}
	if _, _, err := a.settle(ctx, plan.atlas, clientID); err != nil {
		return Credential{}, err
	}
	if !plan.spec.NoStore {
		if err := a.keep(ctx, clientID, held{Secret: secret.Reveal(), ExpiresAt: plan.spec.ExpiresAt}); err != nil {
			return Credential{}, err
		}
	}
	if err := a.prove(ctx, clientID, secret, plan.record); err != nil {
		return Credential{}, err
	}
	if plan.spec.Courier != nil {
		made, err := a.findClient(ctx, clientID)
		if err == nil {
			err = a.handOver(ctx, made, secret, plan.spec.Courier)
		}
		if err != nil {
			return Credential{}, err
		}
	}
	client, err := a.unmark(ctx, plan)
	if err != nil {
		return Credential{}, err
	}
	credential, _ := credentialOf(client, a.Now())
	credential.Stored = !plan.spec.NoStore
	return credential, nil
}

// unmark takes the mark of an unfinished client away. One that is gone already was
// taken by the same request, repeated on its way.
func (a *Admin) unmark(ctx context.Context, plan *createPlan) (Client, error) {
	for range 3 {
		client, err := a.Directory.ClientByID(ctx, plan.spec.Ref.ClientID())
		switch {
		case err != nil:
			return Client{}, err
		case client.ID != plan.id:
			return Client{}, &Error{Kind: NotFound, Message: "another client took its place"}
		case client.Mark == "":
			return client, nil
		}
		if err := a.Directory.RemoveMapper(ctx, client, client.Mark); err != nil && !NotFound.Is(err) {
			return Client{}, err
		}
	}
	return Client{}, &Error{Kind: Failed, Message: "the mark of an unfinished client stays"}
}

// undo takes back a client that could not be finished. One that is gone already
// was replaced by another create of the same name.
func (a *Admin) undo(ctx context.Context, plan *createPlan, cause error) error {
	if NotFound.Is(cause) {
		cause = &Error{Kind: Conflict, Message: plan.spec.Ref.String() + " was changed by someone else while it was made", Cause: cause}
	}
	return takeBack(ctx, cause, func(ctx context.Context) error {
		err := a.Directory.DeleteClient(ctx, plan.id)
		if plan.spec.NoStore {
			return err
		}
		dropped := a.Store.Delete(ctx, secretItem(a.Realm, plan.spec.Ref.ClientID()))
		if NotFound.Is(dropped) {
			dropped = nil
		}
		return errors.Join(err, dropped)
	})
}
