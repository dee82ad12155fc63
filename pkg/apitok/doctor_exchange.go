package apitok

import (
	"context"
	"slices"
	"strings"
)

// exchanges are the use cases of token exchange and impersonation, as far as they have
// been looked at.
type exchanges struct {
	*examination
	providers []IdentityProvider
	// providersErr is why the identity providers cannot be seen, permissionsErr why their
	// permissions cannot.
	providersErr, permissionsErr error
}

// useCases tells of each way to another token, or to that of a user, whether it works in
// this realm, or what is missing.
func (e *examination) useCases(ctx context.Context) []Finding {
	if e.features == nil {
		return []Finding{{Check: "token exchange", Status: Unknown, Detail: "the server does not tell which of its features are on"}}
	}
	x := &exchanges{examination: e}
	x.providers, x.providersErr = e.Directory.IdentityProviders(ctx)
	return slices.Concat([]Finding{x.standard(), x.legacy(), x.byJWTGrant()}, x.byPermissionsV2(ctx), x.byExchangeV1(ctx),
		[]Finding{x.externalToInternal(ctx), x.internalToExternal(ctx)})
}

// lacks returns the finding that the server lacks a feature that the use case takes; ok is
// false when it has them all. Without a hint it says how to start the server.
func (x *exchanges) lacks(check, hint string, features ...string) (f Finding, ok bool) {
	lacking := without(features, trueOf(x.features), same)
	if len(lacking) == 0 {
		return Finding{}, false
	}
	if hint == "" {
		hint = "have the server started with --features=" + featureNames(features)
	}
	return Finding{Check: check, Status: Info, Detail: "the server lacks the feature " + featureNames(lacking), Hint: hint}, true
}

func trueOf(features map[string]bool) (on []string) {
	for name, enabled := range features {
		if enabled {
			on = append(on, name)
		}
	}
	return on
}

// worksFor is the finding that a use case works for these clients, or for none as yet.
func worksFor(check string, clients *tally, hint string) Finding {
	if clients == nil || clients.count == 0 {
		return Finding{Check: check, Status: Info, Detail: "no client may", Hint: hint}
	}
	return Finding{Check: check, Status: Fine, Detail: "works for " + clients.String()}
}

// standard is the standard token exchange of credentials.
func (x *exchanges) standard() Finding {
	const check = "standard exchange"
	if f, lacks := x.lacks(check, "Keycloak has it since 26.2, on by default", "TOKEN_EXCHANGE_STANDARD_V2"); lacks {
		return f
	}
	if x.allowed == nil {
		return x.unseenClients(check)
	}
	return worksFor(check, x.allowed[AllowExchange], "apitok edit OWNER/NAME --allow "+AllowExchange)
}

func (x *exchanges) unseenClients(check string) Finding {
	return Finding{Check: check, Status: Unknown, Detail: "the account cannot see the realm's clients"}
}

// legacy is what of the legacy exchange needs no more than itself: offline tokens, and
// exchanges of the server's own.
func (x *exchanges) legacy() Finding {
	const check = "legacy exchange"
	if f, lacks := x.lacks(check, "", "TOKEN_EXCHANGE"); lacks {
		f.Hint += "; it is a preview, and the standard exchange and the JWT authorization grant do most of it without"
		return f
	}
	f := Finding{Check: check, Status: Fine, Detail: "works"}
	if lacking, lacks := x.lacks(check, "", "ADMIN_FINE_GRAINED_AUTHZ"); lacks {
		f.Detail = "works, but for no audience that the first token is not for, nor SAML assertions: those take the feature admin-fine-grained-authz:v1"
		f.Hint = lacking.Hint
	}
	return f
}

// externalToInternal is an identity provider's token for one of the realm.
func (x *exchanges) externalToInternal(ctx context.Context) Finding {
	const check = "external to internal"
	if x.providersErr != nil {
		return failure(check, Unknown, x.providersErr)
	}
	var grants, works tally
	for _, provider := range x.providers {
		if !provider.Enabled || IsAssertionAlias(provider.Alias) {
			continue
		}
		if provider.TakesGrant && x.features["JWT_AUTHORIZATION_GRANT"] {
			grants.add(provider.Alias)
			if clients := x.allowed[AllowJWTGrant+provider.Alias]; clients != nil {
				works.add(clients.String() + " with those of " + provider.Alias + " (JWT authorization grant)")
			}
		}
		if x.mayExchange(ctx, provider) {
			works.add("whom a permission of " + provider.Alias + " lets (legacy exchange)")
		}
	}
	switch {
	case works.count > 0:
		return Finding{Check: check, Status: Fine, Detail: "works for " + strings.Join(works.names, ", ")}
	case x.permissionsErr != nil:
		return failure(check, Unknown, x.permissionsErr)
	case grants.count > 0 && x.allowed == nil:
		return x.unseenClients(check)
	case grants.count > 0:
		return Finding{Check: check, Status: Info, Detail: "no client may bring tokens of " + grants.String(), Hint: "apitok edit OWNER/NAME --allow " + AllowJWTGrant + "ALIAS"}
	case x.features["JWT_AUTHORIZATION_GRANT"]:
		return Finding{Check: check, Status: Info, Detail: "no identity provider of the realm takes the JWT authorization grant", Hint: "switch it on for that whose tokens are to count"}
	}
	f, _ := x.lacks(check, "Keycloak has the JWT authorization grant since 26.5; the legacy exchange takes --features=token-exchange,admin-fine-grained-authz:v1", "JWT_AUTHORIZATION_GRANT")
	if x.features["TOKEN_EXCHANGE"] && x.features["ADMIN_FINE_GRAINED_AUTHZ"] {
		f.Detail = "no identity provider of the realm has the permission token-exchange"
	}
	return f
}

// internalToExternal is the token that the realm keeps of an identity provider.
func (x *exchanges) internalToExternal(ctx context.Context) Finding {
	const check = "internal to external"
	if f, lacks := x.lacks(check, "", "TOKEN_EXCHANGE", "ADMIN_FINE_GRAINED_AUTHZ"); lacks {
		f.Hint += "; people read their own at the broker, with the role read-token of the client broker"
		return f
	}
	if x.providersErr != nil {
		return failure(check, Unknown, x.providersErr)
	}
	var keep, works tally
	for _, provider := range x.providers {
		if provider.Enabled && provider.KeepsTokens {
			keep.add(provider.Alias)
			if x.mayExchange(ctx, provider) {
				works.add(provider.Alias)
			}
		}
	}
	switch {
	case works.count > 0:
		return Finding{Check: check, Status: Fine, Detail: "works for whom a permission lets, with tokens of " + works.String()}
	case x.permissionsErr != nil:
		return failure(check, Unknown, x.permissionsErr)
	case keep.count > 0:
		return Finding{Check: check, Status: Info, Detail: "nobody has the permission token-exchange of " + keep.String(), Hint: impersonationHint + " --identity-provider ALIAS --via " + string(ByExchangeV1) + " gives it"}
	}
	return Finding{Check: check, Status: Info, Detail: "the realm keeps no tokens of identity providers", Hint: "turn on Store tokens of an identity provider"}
}

// mayExchange tells whether somebody has the permission token-exchange of a provider, as
// permissions of version 1 have it.
func (x *exchanges) mayExchange(ctx context.Context, provider IdentityProvider) bool {
	if !x.features["TOKEN_EXCHANGE"] || !x.features["ADMIN_FINE_GRAINED_AUTHZ"] {
		return false
	}
	var permission AdminPermission
	on, err := x.Directory.Management(ctx, Managed{Provider: provider.Alias})
	if err == nil && on {
		permission, err = x.Directory.AdminPermission(ctx, rolesClient(x.Realm.Name, x.Realm.Name), tokenExchangeOf(provider))
	}
	if err != nil {
		x.permissionsErr = err
	}
	return len(permission.Policies) > 0
}
