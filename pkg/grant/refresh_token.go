package grant

import "net/url"

// RefreshToken is the grant of RFC 6749 section 6.
type RefreshToken struct {
	// Token is the refresh token.
	Token Secret
}

func (g RefreshToken) form() url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {g.Token.Reveal()}}
}

// A server that rotates refresh tokens ends the session when one comes twice.
func (RefreshToken) repeatable() bool { return false }
