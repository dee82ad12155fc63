package grant

import "net/url"

// Password is the grant of RFC 6749 section 4.3, which OAuth 2.1 drops. Here it
// serves the first sign-in of an administrator only, before there is a client.
type Password struct {
	// Username names the person.
	Username string
	// Password proves it.
	Password Secret
}

func (g Password) form() url.Values {
	return url.Values{"grant_type": {"password"}, "username": {g.Username}, "password": {g.Password.Reveal()}}
}

// A wrong password counts against the user, so it is sent once.
func (Password) repeatable() bool { return false }
