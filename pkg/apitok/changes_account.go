package apitok

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// account compares the roles and groups of the credential's service account.
func (p *comparison) account(ctx context.Context) error {
	dir := p.a.Directory
	if !p.c.client.ServiceAccount {
		return nil // it is switched on first
	}
	account, err := dir.ServiceAccount(ctx, p.c.client.ID)
	if err != nil {
		return err
	}
	roles, err := dir.UserRoles(ctx, account.ID)
	if err != nil {
		return err
	}
	groups, err := dir.UserGroups(ctx, account.ID)
	if err != nil {
		return err
	}
	for _, extra := range byClient(without(roles, p.grants.Roles, roleID)) {
		p.take(func(ctx context.Context) error { return dir.RemoveRoles(ctx, account.ID, extra) }, roleWords("take role ", extra)...)
	}
	for _, group := range without(groups, p.grants.Groups, groupID) {
		p.take(func(ctx context.Context) error { return dir.LeaveGroup(ctx, account.ID, group) }, "take it out of group "+group.Path)
	}
	for _, group := range without(p.grants.Groups, groups, groupID) {
		p.give(func(ctx context.Context) error { return dir.JoinGroup(ctx, account.ID, group) }, joinWords(group))
	}
	for _, missing := range byClient(without(p.grants.Roles, roles, roleID)) {
		p.give(func(ctx context.Context) error { return dir.AddRoles(ctx, account.ID, missing) }, roleWords("give role ", missing)...)
	}
	return nil
}

// byClient groups roles by whose they are, since Keycloak takes each group by itself
// and may refuse it, in the order of their names.
func byClient(roles []Role) [][]Role {
	groups := slices.Collect(maps.Values(RolesOf(sortRoles(roles))))
	slices.SortFunc(groups, func(a, b []Role) int { return strings.Compare(a[0].String(), b[0].String()) })
	return groups
}

func roleWords(verb string, roles []Role) []string {
	words := make([]string, len(roles))
	for i, role := range sortRoles(slices.Clone(roles)) {
		words[i] = verb + role.String()
	}
	return words
}

func joinWords(g Group) string { return "join group " + g.Path }

func roleID(r Role) string   { return r.ID }
func groupID(g Group) string { return g.ID }

// without returns those of list that are not in other.
func without[T any, K comparable](list, other []T, id func(T) K) []T {
	return slices.DeleteFunc(slices.Clone(list), func(one T) bool {
		return slices.ContainsFunc(other, func(o T) bool { return id(o) == id(one) })
	})
}
