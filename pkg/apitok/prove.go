package apitok

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// prove fetches a token with a new secret and looks into it for what the record
// promises. A credential that is past its end by now cannot be proven and need not
// be.
func (a *Admin) prove(ctx context.Context, clientID string, secret Secret, record Record) error {
	token, err := a.fetch(ctx, clientID, secret, nil)
	if err == nil {
		err = checkToken(token.AccessToken, record)
	}
	if err != nil && !record.expired(a.Now()) {
		return err
	}
	return nil
}

// tokenClaims are the claims of an access token that are looked at.
type tokenClaims struct {
	Audience        audienceClaim   `json:"aud"`
	Subject         string          `json:"sub"`
	AuthorizedParty string          `json:"azp"`
	Owner           json.RawMessage `json:"owner"`
}

// audienceClaim is one text or a list of them (RFC 7519 section 4.1.3).
type audienceClaim []string

// UnmarshalJSON implements [json.Unmarshaler].
func (c *audienceClaim) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*c = audienceClaim{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(c))
}

// claimsIn returns what is looked at of a token; a text that is no JSON Web Token
// has no claims.
func claimsIn(token Secret) tokenClaims {
	var claims tokenClaims
	if !readClaims(token, &claims) {
		return tokenClaims{}
	}
	return claims
}

// readClaims reads the claims of a JSON Web Token; ok is false when the token is
// none. Its signature is not looked at: the token came from the server over a verified
// connection, or is about to be checked by it.
func readClaims(token Secret, claims any) (ok bool) {
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		return false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	return err == nil && json.Unmarshal(payload, claims) == nil
}

// checkToken looks whether a credential's token says what its record promises:
// another mapper of the realm may write the same claims.
func checkToken(token Secret, record Record) error {
	claims := claimsIn(token)
	if err := claims.checkAudiences(record.Audiences); err != nil {
		return err
	}
	for _, claim := range []struct{ name, got, want string }{
		{"owner", claims.ownerID(), record.Owner.ID},
		{"sub", claims.Subject, onlyIf(record.Identity == AsOwner, record.Owner.ID)},
		{"azp", claims.AuthorizedParty, record.AuthorizedParty},
	} {
		if claim.want != "" && claim.got != claim.want {
			return &Error{Kind: CheckFailed, Message: "the token's claim " + claim.name + " is " + quote(claim.got) + ", not " + quote(claim.want),
				Hint: "a client scope or a policy of the realm writes that claim too, or takes it away"}
		}
	}
	return nil
}

// ownerID returns the id in the claim owner; "" where another program fills that.
func (c tokenClaims) ownerID() string {
	var owner struct{ ID string }
	if json.Unmarshal(c.Owner, &owner) != nil {
		return ""
	}
	return owner.ID
}

func onlyIf(condition bool, text string) string {
	if condition {
		return text
	}
	return ""
}

// checkAudiences looks into a token for the audiences asked for.
func (c tokenClaims) checkAudiences(wanted []string) error {
	for _, audience := range wanted {
		if !slices.Contains(c.Audience, audience) {
			return &Error{Kind: CheckFailed, Message: "the token is not for " + quote(audience),
				Hint: "it is for " + cmp.Or(strings.Join(c.Audience, ", "), "nobody by name") + "; apitok edit --audience sets this"}
		}
	}
	return nil
}
