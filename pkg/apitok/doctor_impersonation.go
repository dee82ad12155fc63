package apitok

import (
	"context"
	"strings"
)

// impersonationHint is how impersonation is set up.
const impersonationHint = "apitok setup impersonation --for CLIENT"

// byJWTGrant tells which clients act as users with a key of their own.
func (x *exchanges) byJWTGrant() Finding {
	const check = "impersonation, " + string(ByJWTGrant)
	if f, lacks := x.lacks(check, "Keycloak has it since 26.5, on by default", ByJWTGrant.features()...); lacks {
		return f
	}
	if x.providersErr != nil {
		return failure(check, Unknown, x.providersErr)
	}
	var works tally
	for _, provider := range x.providers {
		if IsAssertionAlias(provider.Alias) && provider.Enabled && isMade(provider.Name) {
			works.add(strings.TrimSuffix(strings.TrimPrefix(provider.Name, impersonationBy), madeBySetup))
		}
	}
	return worksFor(check, &works, impersonationHint)
}

// byPermissionsV2 tells which clients act as users by permissions of version 2, and who else
// may.
func (x *exchanges) byPermissionsV2(ctx context.Context) []Finding {
	const check = "impersonation, " + string(ByPermissionsV2)
	if f, lacks := x.lacks(check, "", ByPermissionsV2.features()...); lacks {
		return []Finding{f}
	}
	switches, err := x.Directory.PermissionSwitches(ctx)
	switch {
	case err != nil:
		return []Finding{failure(check, Unknown, err)}
	case !switches.V2:
		return []Finding{{Check: check, Status: Info, Detail: "the realm's admin permissions are switched off", Hint: impersonationHint + " switches them on"}}
	}
	policies, err := x.Directory.AdminPolicies(ctx, AdminPermissionsClient)
	return append([]Finding{impersonators(check, policies, err)}, x.byHandV2(ctx, check)...)
}

// byExchangeV1 tells the same of permissions of version 1.
func (x *exchanges) byExchangeV1(ctx context.Context) []Finding {
	const check = "impersonation, " + string(ByExchangeV1)
	if f, lacks := x.lacks(check, "", ByExchangeV1.features()...); lacks {
		return []Finding{f}
	}
	on, err := x.Directory.Management(ctx, Managed{})
	switch {
	case err != nil:
		return []Finding{failure(check, Unknown, err)}
	case !on:
		return []Finding{{Check: check, Status: Info, Detail: "the admin permissions of users are switched off", Hint: impersonationHint + " switches them on"}}
	}
	permission, err := x.Directory.AdminPermission(ctx, rolesClient(x.Realm.Name, x.Realm.Name), mayImpersonate)
	return append([]Finding{impersonators(check, permission.Policies, err)}, x.byHandV1(ctx, check, permission)...)
}

// impersonators finds the clients with a policy that setup made.
func impersonators(check string, policies []AdminPolicy, err error) Finding {
	if err != nil {
		return failure(check, Unknown, err)
	}
	var works tally
	for _, policy := range policies {
		if client, ok := strings.CutPrefix(policy.Name, policyPrefix(ClientMembers)); ok && policy.Kind == ClientMembers {
			works.add(client)
		}
	}
	return worksFor(check, &works, impersonationHint)
}
