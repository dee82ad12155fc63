package apitok

import (
	"context"
	"time"
)

// A Spec says which credential to make.
type Spec struct {
	// Ref names it.
	Ref Ref
	// Description is free text, at most 255 characters.
	Description string
	// Roles says which of the owner's roles it gets; with Subset, RoleList names
	// them as CLIENT:ROLE or realm:ROLE.
	Roles    RolePolicy
	RoleList []string
	// AllowAdmin also gives roles that have power over Keycloak itself.
	AllowAdmin bool
	// Audiences will be in the aud claim of every token.
	Audiences []string
	// ExpiresAt is its end; zero: never.
	ExpiresAt time.Time
	// TokenLifetime is how long its access tokens live; 0 leaves it to the
	// realm.
	TokenLifetime time.Duration
	// NoStore leaves the secret to the caller instead of keeping it here.
	NoStore bool
	// DryRun only finds out what would be done.
	DryRun bool
}

// Create makes a credential: a client with a service account that has its
// owner's roles or the named ones of them, and nothing else. NotFound when the
// owner, a role or an audience does not exist, Denied when the owner is disabled
// or lacks a role, Conflict when the name is taken.
//
// Stopped at any instant it leaves either nothing or a client marked unfinished,
// which the same Create replaces.
func (a *Admin) Create(ctx context.Context, spec Spec) (Result, error) {
	var result Result
	err := a.alone(ctx, spec.Ref, func() error {
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
	spec      Spec
	owner     User
	leftover  *Client // an unfinished client of the same name
	audiences []Audience
	newScopes []Audience
	grants    Grants
	record    Record
}

func (a *Admin) planCreate(ctx context.Context, spec Spec) (*createPlan, error) {
	if len([]rune(spec.Description)) > 255 {
		return nil, &Error{Kind: Usage, Message: "the description is longer than Keycloak's 255 characters"}
	}
	plan := &createPlan{spec: spec}
	for _, step := range []func(context.Context, *createPlan) error{a.planOwner, a.planName, a.planAudiences, a.planGrants} {
		if err := step(ctx, plan); err != nil {
			return nil, err
		}
	}
	plan.record = Record{
		Owner: Owner{ID: plan.owner.ID, Username: plan.owner.Username}, Name: spec.Ref.Name,
		Roles: spec.Roles, RoleList: sorted(spec.RoleList), Audiences: sorted(spec.Audiences),
		ExpiresAt: spec.ExpiresAt, CreatedAt: a.Now().UTC().Truncate(time.Second), CreatedBy: a.By,
	}
	return plan, nil
}

func (a *Admin) planOwner(ctx context.Context, plan *createPlan) error {
	name := plan.spec.Ref.Owner
	owner, err := a.Directory.UserByName(ctx, name)
	switch {
	case NotFound.Is(err):
		return &Error{Kind: NotFound, Message: "there is no user " + quote(name) + " in realm " + quote(a.Realm.Name)}
	case err != nil:
		return err
	case owner.ServiceAccount:
		return &Error{Kind: Denied, Message: quote(name) + " is a client's service account, not a user", Hint: "a credential belongs to a user"}
	case !owner.Enabled:
		return &Error{Kind: Denied, Message: "the user " + quote(name) + " is disabled", Hint: "a credential does not outlive its owner: enable the user first"}
	}
	plan.owner = owner
	return nil
}

func (a *Admin) planName(ctx context.Context, plan *createPlan) error {
	ref := plan.spec.Ref
	client, err := a.Directory.ClientByID(ctx, ref.ClientID())
	if NotFound.Is(err) {
		return nil
	}
	if err != nil {
		return err
	}
	c, ok := credentialOf(client, a.Now())
	switch {
	case !ok:
		return foreign(client)
	case c.State != Unfinished:
		return &Error{Kind: Conflict, Message: ref.String() + " exists already",
			Hint: "apitok rotate gives it a new secret, apitok revoke deletes it"}
	}
	plan.leftover = &client
	return nil
}

func (a *Admin) planAudiences(ctx context.Context, plan *createPlan) (err error) {
	plan.audiences, err = resolveAudiences(ctx, a.Directory, plan.spec.Audiences)
	if err == nil {
		plan.newScopes, err = missingScopes(ctx, a.Directory, plan.audiences)
	}
	return err
}

func (a *Admin) planGrants(ctx context.Context, plan *createPlan) error {
	g, err := newGranter(ctx, a.Directory, a.Realm.Name, plan.owner.ID, plan.spec.AllowAdmin)
	if err != nil {
		return err
	}
	if plan.spec.Roles == Subset {
		plan.grants, err = g.subset(ctx, plan.spec.RoleList)
		return err
	}
	plan.grants, err = g.mirror(ctx)
	if len(plan.grants.LeftOut) > 0 {
		a.Note("left out, because they give power over Keycloak itself: " + summary(plan.grants.LeftOut) + " (--allow-admin includes them)")
	}
	return err
}

// changes lists what carrying the plan out changes.
func (p *createPlan) changes() []string {
	var list []string
	if p.leftover != nil {
		list = append(list, "delete the unfinished client "+p.leftover.ClientID)
	}
	for _, audience := range p.newScopes {
		list = append(list, "make client scope "+audience.Scope()+" for audience "+audience.Value)
	}
	list = append(list, "make client "+p.spec.Ref.ClientID()+", a service account and no other flow")
	for _, audience := range p.audiences {
		list = append(list, "add client scope "+audience.Scope())
	}
	list = append(list, "take away the roles and groups that the realm gives to new accounts")
	for _, group := range p.grants.Groups {
		list = append(list, "join group "+group.Path)
	}
	for _, role := range p.grants.Roles {
		list = append(list, "give role "+role.String())
	}
	if !p.spec.NoStore {
		list = append(list, "store the secret on this machine")
	}
	return list
}
