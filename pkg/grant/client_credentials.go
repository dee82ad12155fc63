package grant

import (
	"net/url"
	"strings"
)

// ClientCredentials is the grant of RFC 6749 section 4.4: the client asks for
// itself.
type ClientCredentials struct {
	// Scope holds the scopes asked for; nil asks for the client's default.
	Scope []string
}

func (g ClientCredentials) form() url.Values {
	form := url.Values{"grant_type": {"client_credentials"}}
	setScope(form, g.Scope)
	return form
}

func (ClientCredentials) repeatable() bool { return true }

// setScope leaves the parameter out when there is nothing to ask: Keycloak
// refuses an empty one with 400.
func setScope(form url.Values, scope []string) {
	if len(scope) > 0 {
		form.Set("scope", strings.Join(scope, " "))
	}
}
