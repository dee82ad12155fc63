package apitok

import (
	"context"
	"slices"
	"strconv"
)

// DelegatedRole is the client role that makes a client a delegated one: who holds its
// registration access token may rotate its secret, disable and delete it, and is kept
// from widening it. It is a role because the holder can take away an attribute, and no
// role. Nobody is given it.
const DelegatedRole = "apitok-delegated"

// DelegatedAttributes returns the attributes that a delegated client must have: the
// holder of its registration access token cannot change them. Without one of them the
// holder cannot change anything.
func DelegatedAttributes() map[string]string {
	return map[string]string{
		attrVersion:               recordVersion,
		attrDelegated:             "true",
		"oidc.ciba.grant.enabled": "false",
		// Without a mapping of its own, tokens have the realm's.
		"acr.loa.map":  "{}",
		"realm_client": "false",
		"client.use.lightweight.access.token.enabled":      "false",
		"oauth2.device.authorization.grant.enabled":        "false",
		AttrStandardExchange:                               "false",
		AttrJWTGrant:                                       "false",
		"client_credentials.use_refresh_token":             "false",
		"allow.token.introspection.without.audience.check": "false",
	}
}

// attrDelegated tells those who list clients that one is delegated; the role is what
// counts.
const attrDelegated = "apitok.delegated"

const (
	delegatedRule = "apitok-delegated"
	refusedRule   = "apitok-delegated-refused"
)

// delegationPart keeps the holder of the registration access token of a delegated client
// from widening it.
type delegationPart struct{ dir Directory }

func (*delegationPart) name() string { return "delegation" }

// rules are evaluated when a client is about to be changed and again when it was: there
// a refusal undoes the change. They are strict, for otherwise they would hold at every
// other event too, where nobody updates a client.
func (p *delegationPart) rules() ClientRules {
	byHolder := PolicyRule{"client-updater-context", map[string]any{"update-client-source": []string{"ByRegistrationAccessToken"}}}
	delegated := PolicyRule{"client-roles", map[string]any{"roles": []string{DelegatedRole}}}
	policy := func(name, description, profile string, conditions ...PolicyRule) ClientPolicy {
		return ClientPolicy{Name: name, Description: description + madeBySetup, Enabled: true, Strict: true, Profiles: []string{profile},
			Conditions: append([]PolicyRule{byHolder, delegated}, conditions...)}
	}
	return ClientRules{
		Profiles: []ClientProfile{
			{delegatedRule, "Lets no address, flow or other authentication into a delegated API credential" + madeBySetup, []PolicyRule{
				// A pattern that nothing matches, for all kinds of addresses.
				{"secure-client-uris-pattern", map[string]any{"allowed-patterns": []string{"(?!)"}, "client-uri-fields": []string{}}},
				// To configure means to switch it off again, silently.
				{"reject-implicit-grant", map[string]any{"auto-configure": true}},
				{"reject-ropc-grant", map[string]any{"auto-configure": true}},
				{"secure-client-authenticator", map[string]any{
					"allowed-client-authenticators": []string{"client-secret"}, "default-client-authenticator": "client-secret",
				}},
			}},
			{refusedRule, "Refuses to change a delegated API credential" + madeBySetup, []PolicyRule{{"reject-request", map[string]any{}}}},
		},
		Policies: []ClientPolicy{
			policy(delegatedRule, "What the holder of a registration access token sends", delegatedRule),
			policy(delegatedRule+"-access", "It stays confidential", refusedRule,
				PolicyRule{"client-access-type", map[string]any{"type": []string{"public", "bearer-only"}}}),
			policy(delegatedRule+"-protocol", "It stays with OpenID Connect", refusedRule,
				PolicyRule{"client-type", map[string]any{"protocol": "saml"}}),
			policy(delegatedRule+"-attributes", "It keeps the attributes that bound it", refusedRule, withAttributes(DelegatedAttributes(), true)),
		},
	}
}

// cannot names the executors that the server lacks for it.
func (p *delegationPart) cannot(ctx context.Context) (lacks []string, err error) {
	info, err := p.dir.ServerInfo(ctx)
	for _, profile := range p.rules().Profiles {
		for _, executor := range profile.Executors {
			if !slices.Contains(info.Executors, executor.Kind) {
				lacks = append(lacks, executor.Kind)
			}
		}
	}
	return lacks, err
}

func (p *delegationPart) missing(ctx context.Context) ([]step, error) {
	return putRules(ctx, p.dir, p.rules(), "keep holders of registration access tokens from widening delegated credentials, by client policies "+delegatedRule+"*")
}

func (p *delegationPart) made(ctx context.Context) (back []step, left []string, err error) {
	bound, err := p.bound(ctx)
	if err != nil {
		return nil, nil, err
	}
	if bound > 0 {
		return nil, []string{"client policies " + delegatedRule + "*, which bound delegated credentials: " + strconv.Itoa(bound)}, nil
	}
	return dropRules(ctx, p.dir, p.rules(), "no longer bound what holders of registration access tokens change, by client policies "+delegatedRule+"*")
}

// bound counts the delegated credentials. Without the policies their holders could widen
// them.
func (p *delegationPart) bound(ctx context.Context) (count int, err error) {
	for client, err := range p.dir.Clients(ctx, clientPrefix) {
		if err != nil {
			return 0, err
		}
		if client.Attributes[attrDelegated] == "true" {
			count++
		}
	}
	return count, nil
}

func (p *delegationPart) outline(drawing *Outline) { drawing.Rules.add(p.rules()) }
