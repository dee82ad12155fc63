package apitok

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestEditWords: an edit says what it changes, and nothing where it changes nothing.
func TestEditWords(t *testing.T) {
	c := Credential{Record: Record{Roles: Mirror, Audiences: []string{"orders"}, Identity: AsServiceAccount}, Description: "nightly",
		client: Client{TokenLifetime: time.Minute}}
	subset, description, never, realm := Subset, "weekly", time.Time{}, time.Duration(0)
	for _, test := range []struct {
		name string
		req  EditRequest
		want []string
	}{
		{"nothing", EditRequest{}, nil},
		{"the same", EditRequest{Description: &c.Description, Audiences: &c.Audiences, ExpiresAt: &never}, nil},
		{"words and roles", EditRequest{Description: &description, Roles: &subset, RoleList: []string{"realm:user"}}, []string{
			`change description from "nightly" to "weekly"`, `change roles from "mirror" to "subset realm:user"`}},
		{"lifetime", EditRequest{TokenLifetime: &realm}, []string{`change token lifetime from "1m0s" to "as the realm says"`}},
	} {
		edited, _ := test.req.apply(c)
		if diff := cmp.Diff(test.want, test.req.words(c, edited.Record)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
