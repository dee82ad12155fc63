package output

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// Terraform writes what setup makes as resources of the provider keycloak/keycloak. The
// provider knows no strict client policies: those are left out and named in a comment.
func Terraform(w io.Writer, drawing apitok.Outline) error {
	t := &terraform{labels: map[string]string{}}
	t.block(`variable "realm_id"`, attribute{"type", raw("string")})
	for _, client := range drawing.Clients {
		t.client(client)
		t.roles(client.ClientID, drawing.Roles[client.ClientID])
	}
	for _, audience := range drawing.Audiences {
		t.audience(audience)
	}
	t.events(drawing.Events)
	for _, profile := range drawing.Rules.Profiles {
		t.profile(profile, drawing.Rules.Policies)
	}
	_, err := io.WriteString(w, t.text.String())
	return err
}

type terraform struct {
	text strings.Builder
	// labels are the names of resources by what they are for.
	labels map[string]string
}

// An attribute is a name and its value: a text, a bool, a number, a list or an object of
// texts, or an expression.
type attribute struct {
	name  string
	value any
}

// raw is an expression of Terraform's language.
type raw string

const realmID = raw("var.realm_id")

func (t *terraform) client(c apitok.SetupClient) {
	access := "CONFIDENTIAL"
	if c.Public {
		access = "PUBLIC"
	}
	extra := map[string]string{}
	maps.Copy(extra, c.Attributes)
	pkce, device := extra["pkce.code.challenge.method"], extra["oauth2.device.authorization.grant.enabled"] == "true"
	exchange := extra[apitok.AttrStandardExchange] == "true"
	// The provider has names of its own for these.
	for _, own := range []string{"pkce.code.challenge.method", "oauth2.device.authorization.grant.enabled", apitok.AttrStandardExchange} {
		delete(extra, own)
	}
	list := []attribute{
		{"realm_id", realmID}, {"client_id", c.ClientID}, {"name", c.Name}, {"description", c.Description}, {"enabled", c.Enabled},
		{"access_type", access}, {"service_accounts_enabled", c.ServiceAccount}, {"full_scope_allowed", c.FullScope},
		{"consent_required", c.ConsentRequired}, {"standard_flow_enabled", c.StandardFlow}, {"implicit_flow_enabled", c.Implicit},
		{"direct_access_grants_enabled", c.DirectAccess}, {"oauth2_device_authorization_grant_enabled", device},
		{"standard_token_exchange_enabled", exchange},
	}
	if pkce != "" {
		list = append(list, attribute{"pkce_code_challenge_method", pkce})
	}
	if len(c.RedirectURIs) > 0 {
		list = append(list, attribute{"valid_redirect_uris", c.RedirectURIs})
	}
	t.block(t.resource("keycloak_openid_client", c.ClientID), append(list, attribute{"extra_config", extra})...)
	t.scopes(c)
}

// scopes writes what a client puts into tokens, where that is not left to the realm.
func (t *terraform) scopes(c apitok.SetupClient) {
	client := attribute{"client_id", raw("keycloak_openid_client." + t.label(c.ClientID) + ".id")}
	if c.DefaultScopes != nil {
		t.block(t.resource("keycloak_openid_client_default_scopes", c.ClientID), attribute{"realm_id", realmID}, client,
			attribute{"default_scopes", c.DefaultScopes})
		t.block(t.resource("keycloak_openid_client_optional_scopes", c.ClientID), attribute{"realm_id", realmID}, client,
			attribute{"optional_scopes", c.OptionalScopes})
	}
	if !c.RoleClaims {
		return
	}
	for _, m := range [][3]string{{"keycloak_openid_user_realm_role_protocol_mapper", "realm roles", "realm_access.roles"},
		{"keycloak_openid_user_client_role_protocol_mapper", "client roles", "resource_access.${client_id}.roles"}} {
		t.block(t.resource(m[0], c.ClientID), attribute{"realm_id", realmID}, client, attribute{"name", m[1]}, attribute{"claim_name", m[2]},
			attribute{"multivalued", true}, attribute{"add_to_id_token", false}, attribute{"add_to_access_token", true}, attribute{"add_to_userinfo", false})
	}
}

func (t *terraform) roles(clientID string, roles []string) {
	if len(roles) == 0 {
		return
	}
	t.block(`data "keycloak_openid_client" "realm_management"`, attribute{"realm_id", realmID}, attribute{"client_id", "realm-management"})
	account := raw("keycloak_openid_client." + t.label(clientID) + ".service_account_user_id")
	for _, role := range roles {
		t.block(t.resource("keycloak_openid_client_service_account_role", clientID+"_"+role), attribute{"realm_id", realmID},
			attribute{"service_account_user_id", account}, attribute{"client_id", raw("data.keycloak_openid_client.realm_management.id")},
			attribute{"role", role})
	}
}

func (t *terraform) audience(a apitok.Audience) {
	included := "included_custom_audience"
	if a.IsClient {
		included = "included_client_audience"
	}
	t.block(t.resource("keycloak_openid_client_scope", a.Scope()), attribute{"realm_id", realmID}, attribute{"name", a.Scope()},
		attribute{"description", "Puts " + a.Value + " into the audience of access tokens"}, attribute{"include_in_token_scope", true})
	t.block(t.resource("keycloak_openid_audience_protocol_mapper", a.Scope()), attribute{"realm_id", realmID},
		attribute{"client_scope_id", raw("keycloak_openid_client_scope." + t.label(a.Scope()) + ".id")}, attribute{"name", "audience"},
		attribute{included, a.Value}, attribute{"add_to_access_token", true}, attribute{"add_to_id_token", false})
}

// events names the listener of new realms too: the provider takes away those that it is
// not told of. It has no setting for how long admin events are kept.
func (t *terraform) events(e apitok.EventSettings) {
	t.comment("How long admin events are kept is an attribute of keycloak_realm: adminEventsExpiration = " + seconds(e.AdminKept))
	t.block(t.resource("keycloak_realm_events", "events"), attribute{"realm_id", realmID}, attribute{"events_enabled", e.Login},
		attribute{"events_expiration", raw(seconds(e.LoginKept))}, attribute{"admin_events_enabled", e.Admin},
		attribute{"admin_events_details_enabled", false}, attribute{"events_listeners", []string{"jboss-logging"}})
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

// profile writes a client profile and the policies that name it.
func (t *terraform) profile(p apitok.ClientProfile, all []apitok.ClientPolicy) {
	for _, policy := range all {
		if policy.Strict && slices.Contains(policy.Profiles, p.Name) {
			t.comment("The client profile " + p.Name + " is for strict client policies, which the provider does not know: leave it to apitok setup")
			return
		}
	}
	list := []attribute{{"realm_id", realmID}, {"name", p.Name}, {"description", p.Description}}
	for _, rule := range p.Executors {
		list = append(list, attribute{"executor", nested{{"name", rule.Kind}, {"configuration", rule.Configuration}}})
	}
	t.block(t.resource("keycloak_realm_client_policy_profile", p.Name), list...)
	for _, policy := range all {
		if !slices.Contains(policy.Profiles, p.Name) {
			continue
		}
		list := []attribute{
			{"realm_id", realmID}, {"name", policy.Name}, {"description", policy.Description}, {"enabled", policy.Enabled},
			{"profiles", []raw{raw("keycloak_realm_client_policy_profile." + t.label(p.Name) + ".name")}},
		}
		for _, rule := range policy.Conditions {
			list = append(list, attribute{"condition", nested{{"name", rule.Kind}, {"configuration", encoded(rule.Configuration)}}})
		}
		t.block(t.resource("keycloak_realm_client_policy_profile_policy", policy.Name), list...)
	}
}
