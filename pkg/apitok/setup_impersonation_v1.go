package apitok

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// The permissions of version 1 of users, by the names that Keycloak has for them.
const (
	mayImpersonate    = "admin-impersonating.permission.users"
	mayBeImpersonated = "user-impersonated.permission.users"
)

// permissionsV1Part are permissions of version 1: who may impersonate, who may be
// impersonated, by whoever may, which clients tokens may be asked for, and which identity
// providers' tokens may be exchanged.
type permissionsV1Part struct{ *impersonation }

func (p *permissionsV1Part) server() string { return rolesClient(p.a.Realm.Name, p.a.Realm.Name) }

// A v1Rule is a permission, with the policies that it is to go by among others.
type v1Rule struct {
	managed    Managed
	permission string
	kinds      []PolicyKind
	does       string
}

// What stands before the name in a note of madeV1.
const (
	clientMark   = "v1"
	providerMark = "v1-provider"
)

// madeV1 notes that setup switched the permissions of a thing on. Notes hold no spaces.
func (m Managed) madeV1() string {
	if m.Provider != "" {
		return providerMark + ":" + url.QueryEscape(m.Provider)
	}
	return clientMark + ":" + url.QueryEscape(m.Client)
}

// managedOf returns what a note of madeV1 is about; false for other notes.
func managedOf(note string) (Managed, bool) {
	mark, encoded, _ := strings.Cut(note, ":")
	name, err := url.QueryUnescape(encoded)
	switch {
	case err == nil && mark == clientMark:
		return Managed{Client: name}, true
	case err == nil && mark == providerMark:
		return Managed{Provider: name}, true
	}
	return Managed{}, false
}

// tokenExchangeOf names the permission token-exchange of an identity provider.
func tokenExchangeOf(provider IdentityProvider) string {
	return "token-exchange.permission.idp." + provider.ID
}

// kinds are those of the policies to be set. Where nobody is named, those who may be
// impersonated stay: with no policy left, everybody might be.
func (p *permissionsV1Part) kinds() []PolicyKind {
	if len(p.users)+len(p.groups) == 0 {
		return []PolicyKind{ClientMembers}
	}
	return []PolicyKind{ClientMembers, UserMembers, GroupMembers}
}

func (p *permissionsV1Part) rules() []v1Rule {
	var whom []PolicyKind
	if len(p.users) > 0 {
		whom = append(whom, UserMembers)
	}
	if len(p.groups) > 0 {
		whom = append(whom, GroupMembers)
	}
	var rules []v1Rule
	if len(whom) > 0 {
		// Whom comes first: while the permission has no policy, everybody can be impersonated.
		rules = append(rules, v1Rule{Managed{}, mayBeImpersonated, whom, p.only() + p.whomWords() + " be impersonated, by whoever may"},
			v1Rule{Managed{}, mayImpersonate, []PolicyKind{ClientMembers}, "let " + p.client.ClientID + " impersonate"})
	}
	for _, target := range p.targets {
		rules = append(rules, v1Rule{Managed{Client: target.ClientID}, "token-exchange.permission.client." + target.ID, []PolicyKind{ClientMembers},
			"let " + p.client.ClientID + " exchange tokens for " + target.ClientID})
	}
	for _, provider := range p.providers {
		rules = append(rules, v1Rule{Managed{Provider: provider.Alias}, tokenExchangeOf(provider), []PolicyKind{ClientMembers},
			"let " + p.client.ClientID + " exchange tokens of " + provider.Alias + ", and for those that the realm keeps of it"})
	}
	return rules
}

func (p *permissionsV1Part) missing(ctx context.Context) (steps []step, err error) {
	switched := map[Managed]bool{}
	rules := p.rules()
	for _, rule := range rules {
		if switched[rule.managed] {
			continue
		}
		switched[rule.managed] = true
		on, err := p.a.Directory.Management(ctx, rule.managed)
		if err != nil {
			return nil, err
		}
		if !on {
			steps = append(steps, step{"switch the admin permissions of " + rule.managed.words() + " on", func(ctx context.Context) error { return p.switchOn(ctx, rule.managed) }})
		}
	}
	// A policy goes last: while the permission had none, everybody could be impersonated.
	var last []step
	for _, kind := range p.kinds() {
		more, err := p.putPolicy(ctx, p.server(), kind)
		switch {
		case err != nil:
			return nil, err
		case len(p.policy(kind).Members) == 0:
			last = append(last, more...)
		default:
			steps = append(steps, more...)
		}
	}
	for _, rule := range rules {
		more, err := p.putRule(ctx, rule)
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	return append(steps, last...), nil
}

// switchOn notes that it was setup before it is done.
func (p *permissionsV1Part) switchOn(ctx context.Context, of Managed) error {
	if err := p.noteSwitch(ctx, of, true); err != nil {
		return err
	}
	return p.a.Directory.SwitchManagement(ctx, of, true)
}

func (p *permissionsV1Part) noteSwitch(ctx context.Context, of Managed, made bool) error {
	switches, err := p.a.Directory.PermissionSwitches(ctx)
	if err != nil {
		return err
	}
	switches.Made = without(switches.Made, []string{of.madeV1()}, same)
	if made {
		switches.Made = append(switches.Made, of.madeV1())
	}
	return p.a.Directory.SwitchPermissions(ctx, switches)
}

// putRule returns the step that adds policies to a permission, if they are not there.
func (p *permissionsV1Part) putRule(ctx context.Context, rule v1Rule) ([]step, error) {
	var names []string
	for _, kind := range rule.kinds {
		names = append(names, p.policyName(kind))
	}
	have, err := p.a.Directory.AdminPermission(ctx, p.server(), rule.permission)
	if err != nil && !NotFound.Is(err) {
		return nil, err
	}
	lacks := without(names, idsOf(have.Policies, policyLabel), same)
	foreign := slices.DeleteFunc(slices.Clone(have.Policies), func(policy AdminPolicy) bool { return isMade(policy.Description) })
	switch {
	case len(lacks) == 0:
		return nil, nil
	case len(foreign) > 0 && !have.Affirmative:
		return nil, &Error{Kind: Conflict, Message: "the permission " + quote(rule.permission) + " has policies that setup did not make, and all must agree: " + foreign[0].Name,
			Hint: "set its decision strategy to affirmative, if one of them is to be enough"}
	}
	return []step{{rule.does, func(ctx context.Context) error { return p.addPolicies(ctx, rule) }}}, nil
}

func policyLabel(policy AdminPolicy) string { return policy.Name }

func (p *permissionsV1Part) addPolicies(ctx context.Context, rule v1Rule) error {
	have, err := p.a.Directory.AdminPermission(ctx, p.server(), rule.permission)
	if err != nil {
		return err
	}
	for _, kind := range rule.kinds {
		policy, err := p.a.Directory.AdminPolicy(ctx, p.server(), kind, p.policyName(kind))
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(have.Policies, func(one AdminPolicy) bool { return one.ID == policy.ID }) {
			have.Policies = append(have.Policies, policy)
		}
	}
	have.Affirmative = have.Affirmative || len(have.Policies) > 1
	return p.a.Directory.PutAdminPermission(ctx, p.server(), have)
}

// made deletes the policies, which takes them out of the permissions. Where they were the
// only ones of a permission, that would go by none and leave it to roles again.
func (p *permissionsV1Part) made(ctx context.Context) (back []step, left []string, err error) {
	back, left, err = p.dropPolicies(ctx, p.server())
	if Denied.Is(err) {
		return nil, []string{unseen("a policy for "+p.client.ClientID, err)}, nil
	}
	if err != nil || len(back) == 0 {
		return back, left, err
	}
	switches, err := p.a.Directory.PermissionSwitches(ctx)
	if err != nil {
		return nil, nil, err
	}
	others, err := p.othersUse(ctx, p.server())
	if err != nil {
		return nil, nil, err
	}
	for _, note := range switches.Made {
		of, v1 := managedOf(note)
		switch {
		case !v1:
		case others:
			left = append(left, "the admin permissions of "+of.words()+", which are in use")
		default:
			back = append(back, step{"switch the admin permissions of " + of.words() + " off", func(ctx context.Context) error {
				if err := p.a.Directory.SwitchManagement(ctx, of, false); err != nil && !NotFound.Is(err) {
					return err
				}
				return p.noteSwitch(ctx, of, false)
			}})
		}
	}
	return back, left, nil
}

func (m Managed) words() string {
	switch {
	case m.Provider != "":
		return "identity provider " + m.Provider
	case m.Client == "":
		return "users"
	}
	return m.Client
}
