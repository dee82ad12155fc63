package apitok

import (
	"context"
	"slices"
	"strings"
)

// policyPrefix begins the name of a policy of that kind, before the client id.
func policyPrefix(kind PolicyKind) string {
	return map[PolicyKind]string{
		ClientMembers: "apitok: impersonation by ", UserMembers: "apitok: users impersonated by ", GroupMembers: "apitok: groups impersonated by ",
	}[kind]
}

// policyName names the policy of that kind for a client that acts as users.
func (i *impersonation) policyName(kind PolicyKind) string {
	return policyPrefix(kind) + i.client.ClientID
}

// policy is the policy as it should be.
func (i *impersonation) policy(kind PolicyKind) AdminPolicy {
	members := map[PolicyKind][]string{ClientMembers: {i.client.ID}, UserMembers: idsOf(i.users, userID), GroupMembers: idsOf(i.groups, groupID)}
	return AdminPolicy{Kind: kind, Name: i.policyName(kind), Description: "Who acts as whom" + madeBySetup, Members: members[kind]}
}

// putPolicy returns the step that makes a policy or sets it right, if it takes one: none
// that nobody would be in, and Conflict where someone else made one of that name.
func (i *impersonation) putPolicy(ctx context.Context, server string, kind PolicyKind) ([]step, error) {
	want := i.policy(kind)
	have, err := i.a.Directory.AdminPolicy(ctx, server, kind, want.Name)
	none := NotFound.Is(err)
	words, put := "make policy "+quote(want.Name), i.writePolicy
	switch {
	case err != nil && !none:
		return nil, err
	case none && len(want.Members) == 0, !none && slices.Equal(sorted(have.Members), want.Members):
		return nil, nil
	case !none && !isMade(have.Description):
		return nil, foreignAdminRule("policy", want.Name)
	case len(want.Members) == 0:
		return []step{{"delete policy " + quote(want.Name), func(ctx context.Context) error { return i.a.Directory.DropAdminPolicy(ctx, server, have) }}}, nil
	case !none && kind == ClientMembers:
		words, put = "make policy "+quote(want.Name)+" anew, which is of a client that is gone", i.renewPolicy
	case !none:
		words = "set policy " + quote(want.Name) + " right"
	}
	return []step{{words, func(ctx context.Context) error { return put(ctx, server, want) }}}, nil
}

func (i *impersonation) writePolicy(ctx context.Context, server string, want AdminPolicy) error {
	now, err := i.a.Directory.AdminPolicy(ctx, server, want.Kind, want.Name)
	if err != nil && !NotFound.Is(err) {
		return err
	}
	want.ID = now.ID
	return i.a.Directory.PutAdminPolicy(ctx, server, want)
}

// renewPolicy makes a client's policy anew, which takes it out of all permissions: they were
// given to a client of the same name that is gone.
func (i *impersonation) renewPolicy(ctx context.Context, server string, want AdminPolicy) error {
	now, err := i.a.Directory.AdminPolicy(ctx, server, want.Kind, want.Name)
	if err == nil && !slices.Equal(now.Members, want.Members) {
		err = i.a.Directory.DropAdminPolicy(ctx, server, now)
	}
	if err != nil && !NotFound.Is(err) {
		return err
	}
	return i.writePolicy(ctx, server, want)
}

func foreignAdminRule(kind, name string) *Error {
	return &Error{Kind: Conflict, Message: "the " + kind + " " + quote(name) + " was not made by apitok setup", Hint: "rename or delete it by hand"}
}

// dropPolicies returns the steps that delete the client's policies.
func (i *impersonation) dropPolicies(ctx context.Context, server string) (back []step, left []string, err error) {
	for _, kind := range []PolicyKind{ClientMembers, UserMembers, GroupMembers} {
		have, err := i.a.Directory.AdminPolicy(ctx, server, kind, i.policyName(kind))
		switch {
		case NotFound.Is(err):
		case err != nil:
			return nil, nil, err
		case !isMade(have.Description):
			left = append(left, "policy "+quote(have.Name)+", which was not made by apitok setup")
		default:
			back = append(back, step{"delete policy " + quote(have.Name), func(ctx context.Context) error { return i.a.Directory.DropAdminPolicy(ctx, server, have) }})
		}
	}
	return back, left, nil
}

// othersUse tells whether anything but what setup made for this client is in the policies.
func (i *impersonation) othersUse(ctx context.Context, server string) (bool, error) {
	all, err := i.a.Directory.AdminPolicies(ctx, server)
	return slices.ContainsFunc(all, func(policy AdminPolicy) bool { return !i.ours(policy) }), err
}

// ours tells whether setup made a policy for this client.
func (i *impersonation) ours(policy AdminPolicy) bool {
	return isMade(policy.Description) && strings.HasPrefix(policy.Name, "apitok: ") && strings.HasSuffix(policy.Name, " impersonated by "+i.client.ClientID) ||
		isMade(policy.Description) && policy.Name == i.policyName(ClientMembers)
}
