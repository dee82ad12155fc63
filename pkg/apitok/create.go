package apitok

import (
	"context"
	"errors"
	"time"
)

// A Spec says which credential to make.
type Spec struct {
	// Ref names it.
	Ref Ref
	// Description is free text, at most 255 characters.
	Description string
	// Roles says which roles it gets, RoleList names them as CLIENT:ROLE or
	// realm:ROLE, and Except those that a mirror leaves out; see [Record].
	Roles            RolePolicy
	RoleList, Except []string
	// AllowAdmin also gives roles that have power over Keycloak itself.
	AllowAdmin bool
	// Group is the path of the group that the credential of a label joins.
	Group string
	// Audiences will be in the aud claim of every token, OptionalAudiences in that
	// of those that ask for them.
	Audiences, OptionalAudiences []string
	// Identity says as whom its tokens speak, AuthorizedParty which client's id
	// stands in azp, "" for its own.
	Identity        Identity
	AuthorizedParty string
	// Allow names what it may ask for besides tokens of its own; see [Record].
	Allow []string
	// ExpiresAt is its end; zero: never.
	ExpiresAt time.Time
	// TokenLifetime is how long its access tokens live; 0 leaves it to the
	// realm.
	TokenLifetime time.Duration
	// NoStore leaves the secret to the caller instead of keeping it here.
	NoStore bool
	// Courier, unless it is nil, takes the credential to somebody who may rotate, disable
	// and revoke it without rights in the realm. See [Admin.Delegate].
	Courier Courier
	// DryRun only finds out what would be done.
	DryRun bool
}

// Create makes a credential: a client with a service account that has its
// owner's roles or the named ones of them, and nothing else. NotFound when the
// owner, a role or an audience does not exist, Denied when the owner is disabled
// or lacks a role, Conflict when the name is taken, CheckFailed when the first
// token does not say what it should.
//
// Stopped at any instant it leaves either nothing or a client marked unfinished,
// which the same Create replaces.
func (a *Admin) Create(ctx context.Context, spec Spec) (Result, error) {
	var result Result
	err := a.alone(ctx, spec.Ref, func() error {
		if err := a.unlessPersonal(ctx, spec.Ref); err != nil && !spec.NoStore {
			return err
		}
		plan, err := a.planCreate(ctx, spec)
		if err != nil {
			return err
		}
		result.Changes = plan.changes()
		if spec.DryRun {
			return nil
		}
		result.Done = true
		result.Credential, result.Secret, err = a.make(ctx, plan)
		return err
	})
	return result, err
}

// A createPlan is all that is known before anything is changed.
type createPlan struct {
	*recordPlan
	spec     Spec
	atlas    *atlas
	leftover *Client // an unfinished client of the same name
	id       string  // Keycloak's own, of the client being made
}

// checkDescription refuses a text that Keycloak cannot take: kind Usage.
func checkDescription(text string) error {
	if len([]rune(text)) > 255 {
		return &Error{Kind: Usage, Message: "the description is longer than Keycloak's 255 characters"}
	}
	return nil
}

func (a *Admin) planCreate(ctx context.Context, spec Spec) (*createPlan, error) {
	if err := checkDescription(spec.Description); err != nil {
		return nil, err
	}
	owner, err := a.ownerNamed(ctx, spec.Ref)
	if err != nil {
		return nil, err
	}
	if spec.Courier != nil {
		if err := errors.Join(ownTokensAlone(spec.Ref, spec.Allow, "make it without one or the other"), a.bounded(ctx), spec.Courier.Probe()); err != nil {
			return nil, AsError(err)
		}
	}
	plan := &createPlan{spec: spec, atlas: a.newAtlas(), id: newID()}
	if plan.leftover, err = a.leftoverOf(ctx, spec.Ref); err != nil {
		return nil, err
	}
	plan.recordPlan, err = a.planRecord(ctx, plan.atlas, Record{
		Owner: owner, Name: spec.Ref.Name,
		Roles: spec.Roles, RoleList: spec.RoleList, Except: spec.Except, AllowAdmin: spec.AllowAdmin,
		Audiences: spec.Audiences, OptionalAudiences: spec.OptionalAudiences,
		Identity: spec.Identity, AuthorizedParty: spec.AuthorizedParty,
		Allow: spec.Allow, ExpiresAt: spec.ExpiresAt, CreatedAt: a.Now().UTC().Truncate(time.Second), CreatedBy: a.By,
	}, rules{roles: true, audiences: true, identity: true, group: &spec.Group})
	return plan, err
}

// ownerNamed finds the owner that a credential's name means.
func (a *Admin) ownerNamed(ctx context.Context, ref Ref) (Owner, error) {
	if ref.IsLabel() {
		return Owner{Username: ref.Owner}, nil
	}
	owner, err := a.Directory.UserByName(ctx, ref.Owner)
	switch {
	case NotFound.Is(err):
		return Owner{}, &Error{Kind: NotFound, Message: "there is no user " + quote(ref.Owner) + " in realm " + quote(a.Realm.Name),
			Hint: "a credential of no user is written @LABEL/NAME"}
	case err != nil:
		return Owner{}, err
	case owner.ServiceAccount:
		return Owner{}, &Error{Kind: Denied, Message: quote(ref.Owner) + " is a client's service account, not a user", Hint: "a credential belongs to a user"}
	}
	return Owner{ID: owner.ID, Username: owner.Username}, nil
}

// leftoverOf returns the client that an unfinished create of the same name left,
// if it did. Conflict when the name is taken.
func (a *Admin) leftoverOf(ctx context.Context, ref Ref) (*Client, error) {
	client, err := a.Directory.ClientByID(ctx, ref.ClientID())
	if NotFound.Is(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, ok, err := a.read(ctx, client)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, foreign(client)
	case c.State != Unfinished:
		return nil, &Error{Kind: Conflict, Message: ref.String() + " exists already",
			Hint: "apitok edit changes it, apitok rotate gives it a new secret, apitok revoke deletes it"}
	}
	return &client, nil
}

// changes lists what carrying the plan out changes.
func (p *createPlan) changes() []string {
	var list []string
	if p.leftover != nil {
		list = append(list, "delete the unfinished client "+p.leftover.ClientID)
	}
	for _, audience := range p.newScopes {
		list = append(list, scopeWords(audience))
	}
	list = append(list, "make client "+p.spec.Ref.ClientID()+", a service account and no other flow")
	for _, audience := range audiencesNamed(p.record.Audiences) {
		list = append(list, addScopeWords(audience.Scope(), true))
	}
	for _, audience := range audiencesNamed(p.record.OptionalAudiences) {
		list = append(list, addScopeWords(audience.Scope(), false))
	}
	if len(p.record.Allow) > 0 {
		list = append(list, allowWords(p.spec.Ref.ClientID(), p.record.Allow))
	}
	for _, claim := range p.blueprint.claims {
		list = append(list, claimWords(claim))
	}
	list = append(list, "take away the roles and groups that the realm gives to new accounts")
	for _, group := range p.blueprint.grants.Groups {
		list = append(list, joinWords(group))
	}
	list = append(list, roleWords("give role ", p.blueprint.grants.Roles)...)
	if p.spec.Courier != nil {
		list = append(append(list, markWords(p.spec.Ref.ClientID())...), handOverWords)
	}
	if !p.spec.NoStore {
		list = append(list, "store the secret on this machine")
	}
	return list
}
