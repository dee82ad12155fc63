package apitok

import (
	"encoding/base64"
	"testing"
)

// TestCheckToken: a token is held to what its record promises, and only to that.
func TestCheckToken(t *testing.T) {
	record := Record{Owner: Owner{ID: "7", Username: "alice"}, Audiences: []string{"orders"}}
	speaking := record
	speaking.Identity, speaking.AuthorizedParty = AsOwner, "web"
	label := Record{Owner: Owner{Username: "@acme"}}
	for _, test := range []struct {
		name, claims string
		record       Record
		holds        bool
	}{
		{"as promised", `{"aud":["orders","account"],"sub":"sa","azp":"c","owner":{"id":"7","username":"x"}}`, record, true},
		{"another audience", `{"aud":"billing","owner":{"id":"7"}}`, record, false},
		{"another owner", `{"aud":"orders","owner":{"id":"8"}}`, record, false},
		{"no owner", `{"aud":"orders"}`, record, false},
		{"an owner that is a text", `{"aud":"orders","owner":"7"}`, record, false},
		{"as the owner", `{"aud":"orders","sub":"7","azp":"web","owner":{"id":"7"}}`, speaking, true},
		{"as another", `{"aud":"orders","sub":"sa","azp":"web","owner":{"id":"7"}}`, speaking, false},
		{"another authorized party", `{"aud":"orders","sub":"7","azp":"c","owner":{"id":"7"}}`, speaking, false},
		{"a label's", `{"owner":{"label":"@acme"}}`, label, true},
		{"another claim of that name", `{"aud":"orders","owner":"7"}`, Record{Audiences: []string{"orders"}}, true},
	} {
		token := NewSecret("h." + base64.RawURLEncoding.EncodeToString([]byte(test.claims)) + ".s")
		if err := checkToken(token, test.record); (err == nil) != test.holds || err != nil && !CheckFailed.Is(err) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}
