package apitok

import (
	"context"
	"slices"
	"strings"
)

// byHandV2 tells who may impersonate whom by permissions of version 2 that setup did not make.
func (x *exchanges) byHandV2(ctx context.Context, check string) (findings []Finding) {
	for _, over := range []struct {
		scope, everyone, words string
		kind                   PolicyKind
	}{{"impersonate", "Users", "everyone", UserMembers}, {"impersonate-members", "Groups", "the members of every group", GroupMembers}} {
		permissions, err := x.Directory.AdminPermissionsOver(ctx, AdminPermissionsClient, over.scope)
		if err != nil {
			return []Finding{failure(check, Unknown, err)}
		}
		for _, permission := range permissions {
			if isMade(permission.Description) {
				continue
			}
			whom := over.words
			if !slices.Contains(permission.Resources, over.everyone) {
				whom, err = x.memberWords(ctx, over.kind, permission.Resources)
			}
			findings = append(findings, x.byHand(ctx, check, AdminPermissionsClient, permission, whom, err))
		}
	}
	return findings
}

// byHandV1 tells the same of the permission of version 1, which is of all who may.
func (x *exchanges) byHandV1(ctx context.Context, check string, permission AdminPermission) []Finding {
	permission.Policies = slices.DeleteFunc(permission.Policies, func(policy AdminPolicy) bool { return isMade(policy.Description) })
	if len(permission.Policies) == 0 {
		return nil
	}
	server := rolesClient(x.Realm.Name, x.Realm.Name)
	whom, err := x.Directory.AdminPermission(ctx, server, mayBeImpersonated)
	words := "everyone"
	if err == nil && len(whom.Policies) > 0 {
		words, err = x.policyWords(ctx, server, whom)
	}
	return []Finding{x.byHand(ctx, check, server, permission, words, err)}
}

func (x *exchanges) byHand(ctx context.Context, check, server string, permission AdminPermission, whom string, err error) Finding {
	var who string
	if err == nil {
		who, err = x.policyWords(ctx, server, permission)
	}
	if err != nil {
		return failure(check, Unknown, err)
	}
	return Finding{Check: check, Status: Info, Detail: "by hand, " + quote(permission.Name) + " lets " + who + " impersonate " + whom}
}

// policyWords names those whom the policies of a permission let.
func (x *exchanges) policyWords(ctx context.Context, server string, permission AdminPermission) (string, error) {
	if len(permission.Policies) == 0 {
		return "nobody", nil
	}
	var list []string
	for _, policy := range permission.Policies {
		if !slices.Contains([]PolicyKind{ClientMembers, UserMembers, GroupMembers}, policy.Kind) {
			list = append(list, "those of the "+string(policy.Kind)+" policy "+quote(policy.Name))
			continue
		}
		policy, err := x.Directory.AdminPolicy(ctx, server, policy.Kind, policy.Name)
		if err != nil {
			return "", err
		}
		words, err := x.memberWords(ctx, policy.Kind, policy.Members)
		if err != nil {
			return "", err
		}
		list = append(list, words)
	}
	if permission.Affirmative {
		return strings.Join(list, " or "), nil
	}
	return strings.Join(list, " and "), nil
}

// memberWords names the first of those in a policy, and counts the rest.
func (x *exchanges) memberWords(ctx context.Context, kind PolicyKind, members []string) (string, error) {
	if len(members) == 0 {
		return "nobody", nil // the server takes those out who are gone
	}
	var list tally
	for _, id := range members {
		if list.count >= namedAtMost {
			list.count++
			continue
		}
		name, err := x.Directory.MemberName(ctx, kind, id)
		if err != nil {
			return "", err
		}
		list.add(name)
	}
	return map[PolicyKind]string{ClientMembers: "client ", UserMembers: "user ", GroupMembers: "the members of "}[kind] + list.String(), nil
}
