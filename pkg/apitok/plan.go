package apitok

import (
	"context"
	"slices"
	"strings"
)

// A recordPlan is a record that keeps the rules, and what the realm lacks for it.
type recordPlan struct {
	record    Record
	blueprint *blueprint
	newScopes []Audience
}

// rules say which parts of a record are new and have to be held to the rules.
type rules struct {
	roles, audiences, identity bool
	// group is the path of the group that a label joins; nil leaves it as it is.
	group *string
}

// planRecord holds a record to the rules: NotFound when a role, a group, an
// audience or the authorized party does not exist, Denied when the owner is gone
// or disabled, lacks a role, or may not be spoken for.
func (a *Admin) planRecord(ctx context.Context, m *atlas, record Record, hold rules) (*recordPlan, error) {
	record.RoleList, record.Except = sorted(record.RoleList), sorted(record.Except)
	record.Audiences = sorted(record.Audiences)
	record.OptionalAudiences = without(sorted(record.OptionalAudiences), record.Audiences, same)
	record.Allow = sorted(record.Allow)
	plan := &recordPlan{record: record}
	steps := []func(context.Context, *atlas) error{plan.consistent, plan.allowed}
	if hold.group != nil {
		steps = append(steps, func(ctx context.Context, m *atlas) error { return plan.findGroup(ctx, m, *hold.group) })
	}
	if hold.audiences {
		steps = append(steps, plan.findAudiences)
	}
	if hold.identity {
		steps = append(steps, plan.findAuthorizedParty)
	}
	steps = append(steps, func(ctx context.Context, m *atlas) error { return plan.draw(ctx, m, a, hold) })
	for _, step := range steps {
		if err := step(ctx, m); err != nil {
			return nil, err
		}
	}
	return plan, nil
}

// consistent refuses what makes no sense whatever the realm holds.
func (plan *recordPlan) consistent(context.Context, *atlas) error {
	r := plan.record
	switch {
	case r.Owner.isLabel() && r.Roles != Named:
		return &Error{Kind: Usage, Message: "there is no user to take roles from", Hint: "name its roles with --role, a group with --group, or say --no-roles"}
	case r.Owner.isLabel() && r.Identity == AsOwner:
		return &Error{Kind: Usage, Message: r.Owner.Username + " is no user that tokens could speak as"}
	case r.Identity == AsOwner && (r.Roles != Mirror || len(r.Except) > 0):
		return &Error{Kind: Usage, Message: "a token that speaks as its owner has all the owner's roles at introspection",
			Hint: "Keycloak works them out anew from the owner: mirror the roles, or leave the identity to the service account"}
	case r.AuthorizedParty != "" && r.Identity != AsOwner:
		return &Error{Kind: Usage, Message: "only a token that speaks as its owner can name another authorized party", Hint: "add --identity owner"}
	case slices.ContainsFunc(r.Except, func(name string) bool { return slices.Contains(r.RoleList, name) }):
		return &Error{Kind: Usage, Message: "a role cannot be both given and left out"}
	case len(r.Except) > 0 && r.Roles != Mirror:
		return &Error{Kind: Usage, Message: "roles can be left out only of those that are mirrored", Hint: "name the ones it gets with --role instead"}
	}
	for _, name := range slices.Concat(r.RoleList, r.Except) {
		if _, err := ParseRoleName(name); err != nil {
			return err
		}
	}
	return nil
}

// findGroup notes the id of a group, which stays when it is renamed or moved.
func (plan *recordPlan) findGroup(ctx context.Context, m *atlas, path string) error {
	if path == "" {
		plan.record.Group = Group{}
		return nil
	}
	if !plan.record.Owner.isLabel() {
		return &Error{Kind: Usage, Message: "a user's credential has the user's groups", Hint: "--group is for @LABEL/NAME"}
	}
	group, err := m.dir.GroupByPath(ctx, "/"+strings.TrimPrefix(path, "/"))
	if NotFound.Is(err) {
		return &Error{Kind: NotFound, Message: "the realm has no group " + quote(path), Hint: "write its whole path, such as /customers/acme"}
	}
	plan.record.Group = Group{ID: group.ID, Path: group.Path}
	return err
}

func same(s string) string { return s }

func (plan *recordPlan) findAudiences(ctx context.Context, m *atlas) error {
	audiences, err := resolveAudiences(ctx, m.dir, slices.Concat(plan.record.Audiences, plan.record.OptionalAudiences))
	if err == nil {
		plan.newScopes, err = m.missingScopes(ctx, audiences)
	}
	return err
}

// findAuthorizedParty demands a client of that id: otherwise Keycloak itself
// rejects the token at userinfo and introspection.
func (plan *recordPlan) findAuthorizedParty(ctx context.Context, m *atlas) error {
	id := plan.record.AuthorizedParty
	if id == "" {
		return nil
	}
	client, err := m.dir.ClientByID(ctx, id)
	if err == nil && !client.Enabled {
		return &Error{Kind: Denied, Message: "the client " + quote(id) + " is disabled", Hint: "Keycloak rejects tokens that name it as the authorized party"}
	}
	if NotFound.Is(err) {
		return &Error{Kind: NotFound, Message: "the realm has no client " + quote(id) + " to be the authorized party",
			Hint: "Keycloak rejects tokens whose azp is no client of the realm"}
	}
	return err
}

// draw makes the blueprint and refuses one that is dead or lacks what was asked.
func (plan *recordPlan) draw(ctx context.Context, m *atlas, a *Admin, hold rules) (err error) {
	if plan.blueprint, err = a.blueprintOf(ctx, m, plan.record); err != nil {
		return err
	}
	if dead := plan.blueprint.dead; dead != "" {
		return isDead(Ref{Owner: plan.record.Owner.Username, Name: plan.record.Name}, dead)
	}
	grants := plan.blueprint.grants
	if !hold.roles {
		return nil
	}
	if err := plan.blueprint.owner.explain(ctx, plan.record, grants); err != nil {
		return err
	}
	if len(grants.LeftOut) > 0 {
		a.Note("left out, because they give power over Keycloak itself: " + summary(grants.LeftOut) + " (--allow-admin includes them)")
	}
	return nil
}
