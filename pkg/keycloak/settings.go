package keycloak

import (
	"github.com/Nerzal/gocloak/v13"
)

const (
	attrDevice          = "oauth2.device.authorization.grant.enabled"
	attrCIBA            = "oidc.ciba.grant.enabled"
	secretAuthenticator = "client-secret"
)

// odd names the settings of a client that are not those of a credential: a
// confidential client with a service account, whose token has all the roles that it
// was given, and no other way in.
func odd(c *gocloak.Client) (list []string) {
	attrs := value(c.Attributes)
	for _, setting := range []struct {
		name string
		odd  bool
	}{
		{"public access", value(c.PublicClient)},
		{"bearer only", value(c.BearerOnly)},
		{"consent required", value(c.ConsentRequired)},
		{"standard flow", value(c.StandardFlowEnabled)},
		{"implicit flow", value(c.ImplicitFlowEnabled)},
		{"direct access grants", value(c.DirectAccessGrantsEnabled)},
		{"device flow", attrs[attrDevice] == "true"},
		{"CIBA flow", attrs[attrCIBA] == "true"},
		{"authorization services", value(c.AuthorizationServicesEnabled)},
		{"redirect addresses", len(value(c.RedirectURIs)) > 0},
		{"web origins", len(value(c.WebOrigins)) > 0},
		{"authentication by other means than its secret", value(c.ClientAuthenticatorType) != secretAuthenticator},
		{"another protocol", value(c.Protocol) != openIDConnect},
		{"no service account", !value(c.ServiceAccountsEnabled)},
		{"not the full scope", !value(c.FullScopeAllowed)},
	} {
		if setting.odd {
			list = append(list, setting.name)
		}
	}
	return list
}

// asCredential sets every setting that odd looks at, since Keycloak turns some on
// when they are left out.
func asCredential(c *gocloak.Client, attrs map[string]string) {
	yes, no := gocloak.BoolP(true), gocloak.BoolP(false)
	c.PublicClient, c.BearerOnly, c.ConsentRequired = no, no, no
	c.StandardFlowEnabled, c.ImplicitFlowEnabled, c.DirectAccessGrantsEnabled = no, no, no
	c.AuthorizationServicesEnabled, c.ServiceAccountsEnabled, c.FullScopeAllowed = no, yes, yes
	c.Protocol = gocloak.StringP(openIDConnect)
	c.ClientAuthenticatorType = gocloak.StringP(secretAuthenticator)
	c.RedirectURIs, c.WebOrigins = &[]string{}, &[]string{}
	attrs[attrDevice], attrs[attrCIBA] = "false", "false"
}
