package keycloak

import (
	"strings"

	"github.com/Nerzal/gocloak/v13"
)

// extra names the settings of a client that a credential has no use for, and that harm
// nobody who can be trusted. It leaves out when its tokens were ended, which only takes
// away, and when its nodes are forgotten.
func extra(c client) (list []string) {
	for _, setting := range []struct {
		name  string
		extra bool
	}{
		{"root address", value(c.RootURL) != ""},
		{"base address", value(c.BaseURL) != ""},
		{"admin address", value(c.AdminURL) != ""},
		{"a place in the console", value(c.AlwaysInConsole)},
		{"front-channel logout", value(c.FrontChannelLogout)},
		{"surrogate authentication", value(c.SurrogateAuthRequired)},
		{"login flows of its own", len(value(c.AuthenticationFlowBindingOverrides)) > 0},
		{"nodes", len(value(c.RegisteredNodes)) > 0},
	} {
		if setting.extra {
			list = append(list, setting.name)
		}
	}
	return list
}

// withoutExtra sets every setting that extra looks at, but the nodes, which an update
// only adds to.
func withoutExtra(c *client) {
	nothing, no := gocloak.StringP(""), gocloak.BoolP(false)
	c.RootURL, c.BaseURL, c.AdminURL = nothing, nothing, nothing
	c.AlwaysInConsole, c.FrontChannelLogout, c.SurrogateAuthRequired = no, no, no
	c.AuthenticationFlowBindingOverrides = &map[string]string{"browser": "", "direct_grant": ""}
}

// extraAttributes are the attributes of a client that neither Keycloak gives it by itself
// or when somebody saves it in the console, nor are read into fields of their own. What is
// switched off is left out.
func extraAttributes(attrs map[string]string) map[string]string {
	usual := map[string]string{
		"backchannel.logout.session.required":  "true",
		"frontchannel.logout.session.required": "true",
		"use.refresh.tokens":                   "true",
		"request.object.signature.alg":         "any",
		"request.object.encryption.alg":        "any",
		"request.object.encryption.enc":        "any",
		"request.object.required":              "not required",
		attrExchangeRefresh:                    "NO",
	}
	list := map[string]string{}
	for name, value := range attrs {
		switch name {
		case attrSecretCreated, attrSecretExpires, attrOldSecret, attrOldCreated, attrOldExpires, attrTokenLifetime:
			continue
		}
		if value != "" && !strings.EqualFold(value, "false") && value != usual[name] {
			list[name] = value
		}
	}
	return list
}
