package apitok

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// dissect reads a token. It believes all of it: nothing is judged but whether it can be
// read in one way alone.
func dissect(token Secret) Inspected {
	parts := strings.Split(token.Reveal(), ".")
	header, isJSON := segment(parts[0])
	switch {
	case isJSON && len(parts) == 3:
		return dissectSigned(parts, header)
	case isJSON && len(parts) == 5 && members(header).text("enc") != "": // RFC 7516 section 4.1.2
		t := Inspected{Form: EncryptedForm, Header: header}
		t.readHeader()
		t.unchecked("it is encrypted: only who it is for can read it")
		return t
	}
	if t, ok := dissectSAML(token); ok {
		return t
	}
	t := Inspected{Form: OpaqueForm}
	t.unchecked("it is no JSON Web Token: only the server knows what it stands for")
	return t
}

func dissectSigned(parts []string, header json.RawMessage) Inspected {
	t := Inspected{Form: SignedForm, Header: header}
	t.readHeader()
	payload, ok := segment(parts[1])
	if !ok {
		t.problem("claims", "what it says is no JSON object", "")
		return t
	}
	t.Claims = payload
	t.readClaims()
	for _, part := range []json.RawMessage{header, payload} {
		if name, twice := repeated(part); twice {
			t.problem("claims", saysTwice(name), "")
		}
	}
	return t
}

func saysTwice(name string) string {
	return "it says " + quote(name) + " twice, of which some readers take the first and some the last"
}

func dissectSAML(token Secret) (t Inspected, ok bool) {
	a, ok := readAssertion(token)
	if !ok {
		return Inspected{}, false
	}
	t = Inspected{Form: SAMLForm, Issuer: a.Issuer, Username: a.NameID, IssuedAt: a.IssuedAt, NotBefore: a.NotBefore, ExpiresAt: a.ExpiresAt, Audience: a.Audiences}
	for _, doubt := range a.Doubts {
		t.problem("claims", doubt, "")
	}
	t.unchecked("apitok cannot check the signatures of XML")
	if a.Encrypted {
		t.unchecked("it is encrypted: only who it is for can read it")
	}
	return t, true
}

// segment returns the JSON object that a part of a token holds; ok is false when it holds
// none.
func segment(part string) (object json.RawMessage, ok bool) {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil, false
	}
	var members map[string]json.RawMessage
	return text, json.Unmarshal(text, &members) == nil && members != nil
}

func (t *Inspected) readHeader() {
	header := members(t.Header)
	t.Algorithm, t.KeyID = header.text("alg"), header.text("kid")
}

func (t *Inspected) readClaims() {
	claims := members(t.Claims)
	t.Type, t.Issuer, t.Subject, t.ClientID = claims.text("typ"), claims.text("iss"), claims.text("sub"), claims.text("azp")
	t.Username, t.SessionID, t.ID = claims.text("preferred_username"), claims.text("sid"), claims.text("jti")
	t.Audience, t.Scope, t.Roles, t.Owner = claims.audience(), strings.Fields(claims.text("scope")), claims.roles(), claims.owner()
	t.IssuedAt, t.NotBefore = claims.moment("iat", t), claims.moment("nbf", t)
	t.ExpiresAt, t.SignedInAt = claims.moment("exp", t), claims.moment("auth_time", t)
	t.Kept, t.Lightweight, t.Grant = tokenContext(t.ID)
}

// tokenContext reads what Keycloak since 26.2 writes before a colon into the id of an
// access token: two letters each for the session, the kind of token and the grant
// (org.keycloak.protocol.oidc.encode.AccessTokenContext).
func tokenContext(id string) (kept string, lightweight bool, grant string) {
	context, _, found := strings.Cut(id, ":")
	if !found || len(context) != 6 {
		return "", false, ""
	}
	sessions := map[string]string{"on": "a session", "of": "an offline session", "tr": "no session", "nt": "a session", "ft": "an offline session"}
	grants := map[string]string{
		"ac": "authorization code", "ag": "JWT authorization grant", "cc": "client credentials", "ci": "CIBA", "dg": "device code",
		"pc": "pre-authorized code", "pg": "UMA ticket", "ro": "password", "rt": "refresh token", "te": "token exchange",
	}
	return sessions[context[:2]], context[2:4] == "lt", grants[context[4:]]
}

// IsToken tells whether a text can be read as a token. One that is opaque cannot.
func IsToken(text string) bool { return dissect(NewSecret(text)).Form != OpaqueForm }
