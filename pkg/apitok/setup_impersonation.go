package apitok

import (
	"context"
	"slices"
	"strings"
)

// An ImpersonationRoute is a way by which a client gets the token of a user.
type ImpersonationRoute string

// The routes.
const (
	// ByJWTGrant is the JWT authorization grant with a key of the client's own. It takes no
	// feature that is not on by default, since Keycloak 26.5.
	ByJWTGrant ImpersonationRoute = "jwt-grant"
	// ByPermissionsV2 is the legacy token exchange with admin permissions of version 2. It
	// takes the feature token-exchange.
	ByPermissionsV2 ImpersonationRoute = "exchange-v2-permissions"
	// ByExchangeV1 is the same with those of version 1: it takes admin-fine-grained-authz:v1
	// besides.
	ByExchangeV1 ImpersonationRoute = "exchange-v1"
)

// ImpersonationRoutes returns all routes, the best first.
func ImpersonationRoutes() []ImpersonationRoute {
	return []ImpersonationRoute{ByJWTGrant, ByPermissionsV2, ByExchangeV1}
}

// features are those of the server that a route takes, by Keycloak's names.
func (r ImpersonationRoute) features() []string {
	return map[ImpersonationRoute][]string{
		ByJWTGrant:      {"JWT_AUTHORIZATION_GRANT"},
		ByPermissionsV2: {"TOKEN_EXCHANGE", "ADMIN_FINE_GRAINED_AUTHZ_V2"},
		ByExchangeV1:    {"TOKEN_EXCHANGE", "ADMIN_FINE_GRAINED_AUTHZ"},
	}[r]
}

// An ImpersonationSetup says which client may act as whom.
type ImpersonationSetup struct {
	// For is the client id of the client, or the name of a credential.
	For string
	// Users are the usernames of those it may act as, Groups the paths of groups whose
	// members it may act as, with those of the groups below. These and no others, but for Add.
	Users, Groups []string
	// Add leaves it those whom earlier runs named.
	Add bool
	// Audiences are those that it may ask tokens for alone.
	Audiences []string
	// Providers are the aliases of the identity providers whose tokens it may exchange, and
	// whose tokens for users it may be given. They take [ByExchangeV1]. With them and
	// neither Users nor Groups, whom it may act as is left as it is.
	Providers []string
	// Via is the route; "" takes the best that the server has.
	Via ImpersonationRoute
	// AllowAdmin lets administrators and service accounts be among the users.
	AllowAdmin bool
	// DryRun only works out what there is to do.
	DryRun bool
}

// SetupImpersonation lets a client act as the users named, and as no others by that route
// unless they are added. It may be repeated as [Admin.Setup] may.
//
// NotFound when a client, user, group, audience or identity provider does not exist, Denied
// when a user is an administrator or a service account, or the client public, Failed when
// the server lacks a feature that the route takes, Usage when another route than
// [ByExchangeV1] is asked for identity providers.
func (a *Admin) SetupImpersonation(ctx context.Context, req ImpersonationSetup) (SetupResult, error) {
	if len(req.Providers) > 0 && req.Via != ByExchangeV1 {
		return SetupResult{}, &Error{Kind: Usage, Message: "the permission of an identity provider goes with --via " + string(ByExchangeV1),
			Hint: "the JWT authorization grant takes none: apitok edit OWNER/NAME --allow " + AllowJWTGrant + "ALIAS"}
	}
	via, err := a.impersonationRoute(ctx, req.Via)
	if err != nil {
		return SetupResult{}, err
	}
	i, err := a.impersonation(ctx, req)
	if err != nil {
		return SetupResult{}, err
	}
	parts := []part{&impersonatorPart{i, via}}
	switch via {
	case ByJWTGrant:
		parts = append(parts, &jwtGrantPart{i})
	case ByPermissionsV2:
		parts = append(parts, &permissionsV2Part{i})
	case ByExchangeV1:
		parts = append(parts, &permissionsV1Part{i})
	}
	return setUp(ctx, a, parts, req.DryRun)
}

// RemoveImpersonation takes back what [Admin.SetupImpersonation] made for a client, by
// whatever route, and nothing else. The client may be gone by now.
func (a *Admin) RemoveImpersonation(ctx context.Context, client string, dryRun bool) (SetupResult, error) {
	i := &impersonation{a: a}
	var err error
	if i.client, err = a.impersonator(ctx, client); NotFound.Is(err) {
		i.client, err = SetupClient{ClientID: client}, nil
		if ref, wrong := ParseRef(client, ""); wrong == nil {
			i.client.ClientID = ref.ClientID()
		}
	}
	if err != nil {
		return SetupResult{}, err
	}
	return unmake(ctx, a, append(i.outside(), &impersonatorPart{i, ""}), dryRun)
}

// impersonationRoute returns the route asked for, or the best that the server has.
func (a *Admin) impersonationRoute(ctx context.Context, asked ImpersonationRoute) (ImpersonationRoute, error) {
	info, err := a.Directory.ServerInfo(ctx)
	if err != nil {
		return "", err
	}
	var best ImpersonationRoute
	for _, route := range ImpersonationRoutes() {
		lacks := slices.DeleteFunc(route.features(), func(name string) bool { return info.Features[name] })
		switch {
		case route == asked && len(lacks) > 0:
			return "", &Error{Kind: Failed, Message: "the server lacks the feature " + featureNames(lacks) + ", which " + string(route) + " takes",
				Hint: featuresHint(route, info) + "; without --via it is the best way that the server has"}
		case best == "" && len(lacks) == 0:
			best = route
		}
	}
	switch {
	case asked != "":
		return asked, nil
	case best == "":
		return "", &Error{Kind: Failed, Message: "the server has no way to let a client act as a user",
			Hint: "Keycloak has the JWT authorization grant since 26.5; earlier ones take --features=token-exchange,admin-fine-grained-authz:v1"}
	}
	return best, nil
}

// featuresHint says how the server comes by what the route takes. A feature that it does
// not know of cannot be switched on.
func featuresHint(route ImpersonationRoute, info ServerInfo) string {
	if _, known := info.Features["JWT_AUTHORIZATION_GRANT"]; route == ByJWTGrant && !known {
		return "Keycloak has it since 26.5"
	}
	return "have the server started with --features=" + featureNames(route.features())
}

// featureNames are what servers are told to switch features on.
func featureNames(features []string) string {
	names := make([]string, len(features))
	for i, feature := range features {
		names[i] = map[string]string{
			"JWT_AUTHORIZATION_GRANT": "jwt-authorization-grant", "TOKEN_EXCHANGE": "token-exchange", "TOKEN_EXCHANGE_STANDARD_V2": "token-exchange-standard:v2",
			"ADMIN_FINE_GRAINED_AUTHZ_V2": "admin-fine-grained-authz:v2", "ADMIN_FINE_GRAINED_AUTHZ": "admin-fine-grained-authz:v1",
		}[feature]
	}
	return strings.Join(names, ",")
}
