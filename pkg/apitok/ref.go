package apitok

import (
	"strconv"
	"strings"
)

// clientPrefix begins the client id of every credential.
const clientPrefix = "apitok."

// maxClientID is what Keycloak can take: it keeps the service account's username,
// the client id behind "service-account-", in 255 characters.
const maxClientID = 255 - len(ServiceAccountPrefix)

// labelMark begins the owner of a credential that belongs to no user.
const labelMark = "@"

// maxName is the length of the longest name, in characters.
const maxName = 63

// A Ref names a credential: OWNER/NAME, or @LABEL/NAME for one of no user.
type Ref struct {
	// Owner is the owner's username, in lower case as Keycloak keeps it, or "@" and
	// a label.
	Owner string
	// Name is the owner's name for the credential: [a-z0-9][a-z0-9-]{0,62}.
	Name string
}

// ParseRef reads OWNER/NAME. A text without a slash is a NAME of owner self,
// which may be "" when nobody knows who that is. It returns an [*Error] of kind
// Usage.
func ParseRef(text, self string) (Ref, error) {
	owner, name := self, text
	if i := strings.LastIndexByte(text, '/'); i >= 0 {
		owner, name = text[:i], text[i+1:]
	} else if self == "" {
		return Ref{}, &Error{Kind: Usage, Message: quote(text) + " does not say whose credential it is", Hint: "write OWNER/NAME"}
	}
	if owner == "" {
		return Ref{}, &Error{Kind: Usage, Message: quote(text) + " names no owner", Hint: "write OWNER/NAME"}
	}
	if !isName(name) {
		return Ref{}, &Error{Kind: Usage, Message: quote(name) + " cannot be the name of a credential",
			Hint: "a name has 1 to 63 lower-case letters, digits and hyphens, and begins with a letter or digit"}
	}
	ref := Ref{Owner: strings.ToLower(owner), Name: name}
	if ref.IsLabel() && !isName(strings.TrimPrefix(ref.Owner, labelMark)) {
		return Ref{}, &Error{Kind: Usage, Message: quote(owner) + " cannot be a label",
			Hint: "behind the @ stand 1 to 63 letters, digits and hyphens, the first no hyphen"}
	}
	if len(ref.ClientID()) > maxClientID {
		return Ref{}, &Error{Kind: Usage, Message: quote(text) + " is too long for Keycloak", Hint: "choose a shorter name"}
	}
	return ref, nil
}

// String returns OWNER/NAME.
func (r Ref) String() string { return r.Owner + "/" + r.Name }

// isName tells whether text is [a-z0-9][a-z0-9-]{0,62}. A regular expression would
// be compiled at every start of the program.
func isName(text string) bool {
	const characters = "abcdefghijklmnopqrstuvwxyz0123456789"
	return text != "" && len(text) <= maxName && text[0] != '-' && strings.Trim(text, characters+"-") == ""
}

// IsLabel tells whether the owner is a label, not a user.
func (r Ref) IsLabel() bool { return strings.HasPrefix(r.Owner, labelMark) }

// ClientID returns the id of the credential's Keycloak client. A name holds no
// dot, so the last dot splits it again.
func (r Ref) ClientID() string { return clientPrefix + r.Owner + "." + r.Name }

// RefOfClient returns the credential that a client id belongs to; ok is false
// when it is none of apitok's.
func RefOfClient(clientID string) (ref Ref, ok bool) {
	rest, ok := strings.CutPrefix(clientID, clientPrefix)
	i := strings.LastIndexByte(rest, '.')
	if !ok || i < 1 || !isName(rest[i+1:]) {
		return Ref{}, false
	}
	return Ref{Owner: rest[:i], Name: rest[i+1:]}, true
}

// quote shows a text from outside so that its ends and odd characters are seen.
func quote(text string) string { return strconv.Quote(text) }
