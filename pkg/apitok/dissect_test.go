package apitok

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// signed is a token with these claims and a signature of nobody.
func signed(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"RS256","kid":"k"}`)) + "." + encode([]byte(claims)) + ".c2ln"
}

func TestDissect(t *testing.T) {
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	const assertion = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">` +
		`<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" IssueInstant="2026-01-01T00:00:00Z">` +
		`<saml:Issuer>i</saml:Issuer><saml:Subject><saml:NameID>alice</saml:NameID></saml:Subject>` +
		`<saml:Conditions NotBefore="2026-01-01T00:00:00Z" NotOnOrAfter="2026-01-01T00:01:00Z"><saml:AudienceRestriction>` +
		`<saml:Audience>orders</saml:Audience></saml:AudienceRestriction></saml:Conditions></saml:Assertion></samlp:Response>`
	saml := Inspected{Form: SAMLForm, Signature: SignatureUnchecked, Issuer: "i", Username: "alice", Audience: []string{"orders"},
		IssuedAt: at(1767225600), NotBefore: at(1767225600), ExpiresAt: at(1767225660)}
	jwt := func(edit func(*Inspected)) Inspected {
		t := Inspected{Form: SignedForm, Algorithm: "RS256", KeyID: "k"}
		edit(&t)
		return t
	}
	opaque := Inspected{Form: OpaqueForm, Signature: SignatureUnchecked}
	tests := []struct {
		name, token string
		want        Inspected
	}{
		{"nothing", "", opaque},
		{"a word", "word", opaque},
		{"dots", "..", opaque},
		{"no JSON", "YQ.YQ.YQ", opaque},
		{"a list for a header", base64.RawURLEncoding.EncodeToString([]byte("[]")) + ".e30.c2ln", opaque},
		{"one part too many", signed("{}") + ".x", opaque},
		{"two tokens", signed("{}") + "\n" + signed("{}"), opaque},
		{"encrypted", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RSA-OAEP","enc":"A256GCM"}`)) + ".a.b.c.d", Inspected{Form: EncryptedForm, Algorithm: "RSA-OAEP", Signature: SignatureUnchecked}},
		{"SAML", assertion, saml},
		{"SAML as base64", base64.StdEncoding.EncodeToString([]byte(assertion)), saml},
		{"SAML as base64url", base64.RawURLEncoding.EncodeToString([]byte(assertion)), saml},
		{"other XML", "<a/>", opaque},
		{"XML that breaks off", assertion[:150], opaque},
		{"claims that are no object", signed("7"), jwt(func(t *Inspected) {
			t.Problems = []Problem{{Check: "claims", Detail: "what it says is no JSON object"}}
		})},
		{"null for claims", signed("null"), jwt(func(t *Inspected) {
			t.Problems = []Problem{{Check: "claims", Detail: "what it says is no JSON object"}}
		})},
		{
			"an access token", signed(`{"iss":"i","sub":"s","azp":"apitok.alice.ci","aud":"one","scope":"a b","typ":"Bearer","exp":20,"iat":10.5,"sid":"x","auth_time":9,` +
				`"jti":"trltcc:1","preferred_username":"u","realm_access":{"roles":["r"]},"resource_access":{"z":{"roles":["b","a"]},"c":{"roles":["d"]}},` +
				`"owner":{"id":"o","username":"alice"}}`),
			jwt(func(t *Inspected) {
				t.Issuer, t.Subject, t.ClientID, t.Audience, t.Scope, t.Type = "i", "s", "apitok.alice.ci", []string{"one"}, []string{"a", "b"}, "Bearer"
				t.ExpiresAt, t.IssuedAt, t.SignedInAt, t.SessionID, t.ID, t.Username = at(20), time.Unix(10, 5e8), at(9), "x", "trltcc:1", "u"
				t.Lightweight, t.Grant, t.Kept = true, "client credentials", "no session"
				t.Roles = []RoleName{{"", "r"}, {"c", "d"}, {"z", "a"}, {"z", "b"}}
				t.Owner = Owner{ID: "o", Username: "alice"}
			}),
		},
		{"a label's", signed(`{"aud":["a","b"],"owner":{"label":"@acme"}}`), jwt(func(t *Inspected) {
			t.Audience, t.Owner = []string{"a", "b"}, Owner{Username: "@acme"}
		})},
		{"names in capitals are other names", signed(`{"ISS":"i","Exp":1,"Realm_access":{"roles":["r"]},"realm_access":{"Roles":["r"]}}`), jwt(func(*Inspected) {})},
		{"claims of another kind", signed(`{"iss":7,"sub":null,"aud":{},"realm_access":[],"resource_access":{"c":1},"owner":"alice","jti":"a:b","scope":["a"]}`),
			jwt(func(t *Inspected) { t.Issuer, t.ID, t.Scope = "7", "a:b", []string{`["a"]`} })},
		{"moments that are none", signed(`{"exp":"soon","nbf":1e300,"iat":-1,"auth_time":true}`), jwt(func(t *Inspected) {
			for _, detail := range []string{`its iat is no moment: "-1"`, `its nbf is no moment: "1e300"`, `its exp is no moment: "soon"`, `its auth_time is no moment: "true"`} {
				t.Problems = append(t.Problems, Problem{Check: "claims", Detail: detail})
			}
		})},
		{"no end", signed(`{"exp":0}`), jwt(func(*Inspected) {})},
		{"a name twice", signed(`{"sub":"a","sub":"b"}`), jwt(func(t *Inspected) {
			t.Subject = "b"
			t.Problems = []Problem{{Check: "claims", Detail: `it says "sub" twice, of which some readers take the first and some the last`}}
		})},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := dissect(NewSecret(test.token))
			ignored := cmpopts.IgnoreFields(Inspected{}, "Header", "Claims", "SignatureDetail")
			if diff := cmp.Diff(test.want, got, ignored, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRepeated(t *testing.T) {
	tests := []struct{ object, want string }{
		{`{}`, ""},
		{`{"a":"a","b":["a","a",{"a":1},{"a":1}],"c":{"a":1}}`, ""},
		{`{"a":1,"b":2,"a":3}`, "a"},
		{`{"a":{"b":1,"c":[],"b":2}}`, "b"},
		{`{"a":[{"b":{}},{"c":1,"c":2}]}`, "c"},
		{`{"a":[[],{}],"a":1}`, "a"},
		{`{"a":1,"\u0061":2}`, "a"},
	}
	for _, test := range tests {
		if got, twice := repeated([]byte(test.object)); got != test.want || twice != (test.want != "") {
			t.Errorf("%s: %q %t", test.object, got, twice)
		}
	}
}

func TestJudgeTime(t *testing.T) {
	now := time.Unix(1000, 0)
	tests := []struct {
		name         string
		begins, ends time.Time
		want         string
	}{
		{"for ever", time.Time{}, time.Time{}, ""},
		{"its time", now, now.Add(1), ""},
		{"just over", time.Time{}, now, "it expired 0s ago"},
		{"over", time.Time{}, now.Add(-90 * time.Minute), "it expired 1h30m ago"},
		{"long over", time.Time{}, now.Add(-50 * time.Hour), "it expired 2 days ago"},
		{"not yet", now.Add(61*time.Second + 5), now.Add(time.Hour), "it begins to hold in 1m1s"},
		{"never", now.Add(2 * time.Second), now.Add(-time.Second), "it expired 1s ago; it begins to hold in 2s"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token := Inspected{NotBefore: test.begins, ExpiresAt: test.ends}
			token.judgeTime(now)
			var got []string
			for _, problem := range token.Problems {
				got = append(got, problem.Detail)
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("%q, not %q", got, test.want)
			}
		})
	}
}
