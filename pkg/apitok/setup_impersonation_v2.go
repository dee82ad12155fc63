package apitok

import (
	"context"
	"slices"
)

// permissionsV2Part are permissions of version 2 to impersonate users, and members of
// groups as they come and go.
type permissionsV2Part struct{ *impersonation }

// madeV2 notes that setup switched permissions of version 2 on.
const madeV2 = "v2"

// A v2Rule is one of the two permissions.
type v2Rule struct {
	AdminPermission
	words string
}

func (p *permissionsV2Part) rules() []v2Rule {
	description := "Who acts as whom" + madeBySetup
	return []v2Rule{
		{AdminPermission{Name: p.policyName(UserMembers), Description: description, ResourceType: "Users", Scopes: []string{"impersonate"},
			Resources: idsOf(p.users, userID)}, userWords(p.users)},
		{AdminPermission{Name: p.policyName(GroupMembers), Description: description, ResourceType: "Groups", Scopes: []string{"impersonate-members"},
			Resources: idsOf(p.groups, groupID)}, (&impersonation{groups: p.groups}).whomWords()},
	}
}

func (p *permissionsV2Part) missing(ctx context.Context) (steps []step, err error) {
	switches, err := p.a.Directory.PermissionSwitches(ctx)
	if err != nil {
		return nil, err
	}
	if !switches.V2 {
		steps = append(steps, step{"switch the realm's admin permissions on", func(ctx context.Context) error {
			return p.a.Directory.SwitchPermissions(ctx, PermissionSwitches{V2: true, Made: sorted(append(switches.Made, madeV2))})
		}})
	}
	policy, err := p.putPolicy(ctx, AdminPermissionsClient, ClientMembers)
	if err != nil {
		return nil, err
	}
	steps = append(steps, policy...)
	for _, rule := range p.rules() {
		more, err := p.putRule(ctx, rule)
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	return steps, nil
}

// putRule returns the step that makes a permission or sets it right, if it takes one. One
// of no resources would be for all, so there is none then.
func (p *permissionsV2Part) putRule(ctx context.Context, rule v2Rule) ([]step, error) {
	have, err := p.a.Directory.AdminPermission(ctx, AdminPermissionsClient, rule.Name)
	none := NotFound.Is(err)
	onlyOurs := len(have.Policies) == 1 && have.Policies[0].Name == p.policyName(ClientMembers)
	switch {
	case err != nil && !none:
		return nil, err
	case none && len(rule.Resources) == 0:
		return nil, nil
	case !none && !isMade(have.Description):
		return nil, foreignAdminRule("permission", rule.Name)
	case len(rule.Resources) == 0:
		return []step{{"no longer let " + p.client.ClientID + " impersonate by permission " + quote(rule.Name),
			func(ctx context.Context) error { return p.dropRule(ctx, have) }}}, nil
	case !none && onlyOurs && slices.Equal(sorted(have.Resources), rule.Resources) && slices.Equal(have.Scopes, rule.Scopes):
		return nil, nil
	}
	return []step{{"let only " + rule.words + " be impersonated by " + p.client.ClientID, func(ctx context.Context) error {
		policy, err := p.a.Directory.AdminPolicy(ctx, AdminPermissionsClient, ClientMembers, p.policyName(ClientMembers))
		if err != nil {
			return err
		}
		now, err := p.a.Directory.AdminPermission(ctx, AdminPermissionsClient, rule.Name)
		if err != nil && !NotFound.Is(err) {
			return err
		}
		want := rule.AdminPermission
		want.ID, want.Policies = now.ID, []AdminPolicy{policy}
		return p.a.Directory.PutAdminPermission(ctx, AdminPermissionsClient, want)
	}}}, nil
}

// dropRule deletes a permission. The server has done it when its only policy was deleted.
func (p *permissionsV2Part) dropRule(ctx context.Context, rule AdminPermission) error {
	if err := p.a.Directory.DropAdminPermission(ctx, AdminPermissionsClient, rule); !NotFound.Is(err) {
		return err
	}
	return nil
}

func (p *permissionsV2Part) made(ctx context.Context) (back []step, left []string, err error) {
	if back, left, err = p.rest(ctx); Denied.Is(err) {
		return nil, []string{unseen("a permission for "+p.client.ClientID, err)}, nil
	}
	return back, left, err
}

func (p *permissionsV2Part) rest(ctx context.Context) (back []step, left []string, err error) {
	_, err = p.a.Directory.SetupClient(ctx, AdminPermissionsClient)
	if NotFound.Is(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for _, rule := range p.rules() {
		have, err := p.a.Directory.AdminPermission(ctx, AdminPermissionsClient, rule.Name)
		switch {
		case NotFound.Is(err):
		case err != nil:
			return nil, nil, err
		case !isMade(have.Description):
			left = append(left, "permission "+quote(have.Name)+", which was not made by apitok setup")
		default:
			back = append(back, step{"delete permission " + quote(have.Name), func(ctx context.Context) error { return p.dropRule(ctx, have) }})
		}
	}
	policies, kept, err := p.dropPolicies(ctx, AdminPermissionsClient)
	if err != nil {
		return nil, nil, err
	}
	back, left = append(back, policies...), append(left, kept...)
	off, kept, err := p.switchOff(ctx)
	return append(back, off...), append(left, kept...), err
}

// switchOff returns the step that switches the permissions off, if setup switched them on
// and nobody else uses them.
func (p *permissionsV2Part) switchOff(ctx context.Context) (back []step, left []string, err error) {
	switches, err := p.a.Directory.PermissionSwitches(ctx)
	if err != nil || !slices.Contains(switches.Made, madeV2) {
		return nil, nil, err
	}
	others, err := p.othersUse(ctx, AdminPermissionsClient)
	if err != nil || others {
		return nil, []string{"the realm's admin permissions, which are in use"}, err
	}
	return []step{{"switch the realm's admin permissions off", func(ctx context.Context) error {
		return p.a.Directory.SwitchPermissions(ctx, PermissionSwitches{Made: without(switches.Made, []string{madeV2}, same)})
	}}}, nil, nil
}
