package cli

import (
	"github.com/spf13/cobra"

	"github.com/apitok/apitok/pkg/apitok"
)

// A shape is what the flags say that create and edit share: roles, audiences,
// identity, expiry and the lifetime of tokens.
type shape struct {
	roles            string
	roleList, except []string
	noRoles          bool
	allowAdmin       bool
	group            string
	audiences        []string
	optional         []string
	allow            []string
	identity, azp    string
	expires, life    string
	description      string
}

func (s *shape) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	policies := choice{&s.roles, []string{string(apitok.Mirror), string(apitok.Subset)}}
	f.Var(policies, "roles", "mirror the owner's roles, or give a subset, the ones of --role (mirror, unless --role is given)")
	f.StringArrayVar(&s.roleList, "role", nil, "give only this role, CLIENT:ROLE or realm:ROLE (repeatable)")
	f.StringArrayVar(&s.except, "except", nil, "mirror all roles but this one, CLIENT:ROLE or realm:ROLE (repeatable)")
	f.BoolVar(&s.noRoles, "no-roles", false, "give no role at all")
	f.BoolVar(&s.allowAdmin, "allow-admin", false, "also give roles that have power over Keycloak itself")
	f.StringVar(&s.group, "group", "", "the group that @LABEL/NAME joins, by its path")
	f.StringArrayVar(&s.audiences, "audience", nil, "put this client id or URI into the aud of every token (repeatable)")
	f.StringArrayVar(&s.optional, "optional-audience", nil, "put it into the aud of tokens that ask for it with token --audience (repeatable)")
	identities := choice{&s.identity, []string{string(apitok.AsServiceAccount), string(apitok.AsOwner)}}
	s.identity = string(apitok.AsServiceAccount)
	f.Var(identities, "identity", "as whom its tokens speak, in sub: service-account or owner")
	f.StringVar(&s.azp, "azp", "", "name this client as the authorized party, with --identity owner")
	f.StringArrayVar(&s.allow, "allow", nil, "what it may ask for besides its own tokens: exchange, exchange-refresh, jwt-grant:ALIAS (repeatable)")
	f.StringVar(&s.description, "description", "", "what it is for")
	f.StringVar(&s.expires, "expires", "", "when it ends: 90d, 36h, a day such as 2027-01-31, or never")
	f.StringVar(&s.life, "token-lifetime", "", "how long its access tokens live, such as 5m, or realm to leave it to the realm")
	complete(cmd, "roles", policies.values...)
	complete(cmd, "identity", identities.values...)
	complete(cmd, "allow", apitok.AllowExchange, apitok.AllowExchangeRefresh, apitok.AllowJWTGrant)
	cmd.MarkFlagsMutuallyExclusive("role", "no-roles")
	cmd.MarkFlagsMutuallyExclusive("roles", "no-roles")
}

// policy returns the role policy that the flags mean for a credential of that name.
func (s *shape) policy(cmd *cobra.Command, r apitok.Ref) (apitok.RolePolicy, error) {
	switch {
	case r.IsLabel() && s.roles != "":
		return "", usage(cmd, r.Owner+" is no user: it has the roles of --role and --group")
	case r.IsLabel() && s.noRoles && s.group != "":
		return "", usage(cmd, "--group gives roles, which --no-roles denies")
	case r.IsLabel() && !s.noRoles && len(s.roleList) == 0 && s.group == "":
		return "", usage(cmd, r.Owner+" is no user to take roles from: name its roles with --role, a group with --group, or say --no-roles")
	case r.IsLabel():
		return apitok.Named, nil
	case s.roles == string(apitok.Subset) && len(s.roleList) == 0:
		return "", usage(cmd, "--roles subset needs the roles: name them with --role, or say --no-roles")
	case s.roles != "":
		return apitok.RolePolicy(s.roles), nil
	case s.noRoles || len(s.roleList) > 0:
		return apitok.Subset, nil
	}
	return apitok.Mirror, nil
}

// given tells whether one of the flags was given.
func given(cmd *cobra.Command, names ...string) bool {
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			return true
		}
	}
	return false
}
