package grant

import "net/url"

// JWTBearer is the grant of RFC 7523 section 2.1: an assertion that someone the server
// trusts has signed, for a token of the user that it is about.
type JWTBearer struct {
	// Assertion is the signed JWT.
	Assertion Secret
	// Scope holds the scopes asked for; nil asks for the client's default.
	Scope []string
}

func (g JWTBearer) form() url.Values {
	form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {g.Assertion.Reveal()}}
	setScope(form, g.Scope)
	return form
}

// An assertion counts once: its jti is remembered (RFC 7523 section 3).
func (JWTBearer) repeatable() bool { return false }
