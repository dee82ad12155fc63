package keycloak

import (
	"github.com/apitok/apitok/pkg/apitok"
)

// realmCode is a part of a realm, in the form in which Keycloak imports and exports
// realms.
type realmCode struct {
	realmEvents
	Clients  []setupClient `json:"clients"`
	Users    []accountCode `json:"users,omitempty"`
	Scopes   []clientScope `json:"clientScopes,omitempty"`
	Profiles *profilesCode `json:"clientProfiles,omitempty"`
	Policies *policiesCode `json:"clientPolicies,omitempty"`
}

// accountCode is the service account of a client.
type accountCode struct {
	Username string              `json:"username"`
	Enabled  bool                `json:"enabled"`
	Client   string              `json:"serviceAccountClientId"`
	Roles    map[string][]string `json:"clientRoles"`
}

type profilesCode struct {
	Profiles []ruleProfile `json:"profiles"`
}

type policiesCode struct {
	Policies []rulePolicy `json:"policies"`
}

// RealmCode returns what setup makes as part of a realm representation, for those who
// keep realms as code. Nothing in it is marked as made by setup, which then leaves it
// alone.
func RealmCode(drawing apitok.Outline) any {
	drawing.Events.Made = nil
	code := realmCode{realmEvents: realmEvents{}.with(drawing.Events)}
	for _, client := range drawing.Clients {
		client.Mark = ""
		code.Clients = append(code.Clients, setupClientOf(client))
		if roles := drawing.Roles[client.ClientID]; len(roles) > 0 {
			code.Users = append(code.Users, accountCode{
				Username: apitok.ServiceAccountPrefix + client.ClientID, Enabled: true, Client: client.ClientID,
				Roles: map[string][]string{"realm-management": roles},
			})
		}
	}
	for _, audience := range drawing.Audiences {
		code.Scopes = append(code.Scopes, audienceScope(audience))
	}
	if len(drawing.Rules.Profiles) > 0 {
		code.Profiles, code.Policies = &profilesCode{}, &policiesCode{}
		for _, profile := range drawing.Rules.Profiles {
			code.Profiles.Profiles = append(code.Profiles.Profiles, ruleProfileOf(profile))
		}
		for _, policy := range drawing.Rules.Policies {
			code.Policies.Policies = append(code.Policies.Policies, rulePolicyOf(policy))
		}
	}
	return code
}
