package apitok

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// A TokenForm says how a token is written.
type TokenForm string

// The forms of tokens.
const (
	// SignedForm is a JSON Web Token that can be read (RFC 7519, RFC 7515).
	SignedForm TokenForm = "jwt"
	// EncryptedForm is one that only its recipient can read (RFC 7516).
	EncryptedForm TokenForm = "jwe"
	// SAMLForm is a SAML 2.0 assertion, in XML or as base64 of that.
	SAMLForm TokenForm = "saml2"
	// OpaqueForm is anything else: only the server knows what it stands for.
	OpaqueForm TokenForm = "opaque"
)

// An Inspected is what a token says of itself, and what holds of that.
type Inspected struct {
	Form TokenForm
	// Type is what Keycloak calls it in its claim typ: "Bearer", "DPoP", "ID",
	// "Refresh", "Offline", "Logout"; "" where it has none.
	Type string
	// Lightweight tells that Keycloak left out what introspection adds.
	Lightweight bool
	// Grant says by which grant it was made and Kept what it rests on, in words; "" when it
	// does not tell. Keycloak since 26.2 writes both into the token's id.
	Grant, Kept string
	// Algorithm and KeyID say how it is signed.
	Algorithm, KeyID string
	// Signature is what is known of the signature, SignatureDetail why it is not valid.
	Signature       SignatureStatus
	SignatureDetail string
	// Issuer, Subject, Username, ClientID (azp), SessionID and ID are the claims of those
	// meanings; "" where they are missing.
	Issuer, Subject, Username, ClientID, SessionID, ID string
	// Owner is whom the credential belongs to that it was given to; zero when it does not
	// say.
	Owner Owner
	// Audience and Scope are who it is for, and the scopes granted.
	Audience, Scope []string
	// Roles are the realm's and the clients'.
	Roles []RoleName
	// IssuedAt, NotBefore, ExpiresAt and SignedInAt are zero where it does not say.
	IssuedAt, NotBefore, ExpiresAt, SignedInAt time.Time
	// Header and Claims are what it holds, JSON objects; nil where that cannot be read.
	Header, Claims json.RawMessage
	// Problems are what does not hold, and what userinfo refuses; see [Inspected.Holds].
	Problems []Problem
	// Introspection is what the server says of it; nil unless it was asked.
	Introspection *Introspected
	// UserInfo is what the server says of whom it is about, a JSON object; nil unless it
	// was asked, and where it refused.
	UserInfo json.RawMessage
}

// An Introspected is what the server says of a token.
type Introspected struct {
	// ClientID is the client that asked.
	ClientID string
	Active   bool
	// Because is why the server may have called the token inactive; it does not say.
	Because string
	// Claims is the whole answer, a JSON object.
	Claims json.RawMessage
}

// Credential returns the credential that the token was given to; ok is false when it is
// none of apitok's by its client id.
func (t Inspected) Credential() (ref Ref, ok bool) { return RefOfClient(t.ClientID) }

// Holds tells that nothing speaks against the token. Userinfo does not: it takes no token
// but those that were made for it.
func (t Inspected) Holds() bool {
	return !slices.ContainsFunc(t.Problems, func(p Problem) bool { return p.Check != userInfoCheck })
}

// forServer tells that the token is one that only its issuer is to read.
func (t Inspected) forServer() bool {
	switch t.Type {
	case "Refresh", "Offline", "RegistrationAccessToken", "InitialAccessToken":
		switch t.Algorithm {
		case "HS256", "HS384", "HS512":
			return true
		}
	}
	return false
}

// judgeTime says whether it is the token's time.
func (t *Inspected) judgeTime(now time.Time) {
	if !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt) {
		t.problem("time", "it expired "+About(now.Sub(t.ExpiresAt))+" ago", "")
	}
	if now.Before(t.NotBefore) {
		t.problem("time", "it begins to hold in "+About(t.NotBefore.Sub(now)), "if that is past, this machine's clock is behind")
	}
}

// About says how long something is, to the second where that matters.
func About(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return strconv.Itoa(int(d/day)) + " days"
	case d >= time.Hour:
		d = d.Truncate(time.Minute)
	}
	return short(d.Truncate(time.Second))
}
