package cli_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	diff "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// works is the outcome of a use case that nothing refused.
const works = "works"

// A useCase is one use case on one kind of server.
type useCase struct {
	kind    string
	outcome string // "" as long as nothing has failed or been found to work
}

// holds knows the conditions works and those that name a kind of server.
func (u *useCase) holds(name string) (holds, known bool) {
	switch {
	case u == nil:
		return false, false
	case name == works:
		return u.outcome == "", true
	}
	for _, c := range columns() {
		if c.kind == name {
			return u.kind == name, true
		}
	}
	return false, false
}

// try runs a program; one that fails is the outcome of the use case, and no other is
// run then: try PROGRAM ARGS...
func (b *bed) try(ts *testscript.TestScript, _ bool, args []string) {
	if b.useCase.outcome != "" {
		return
	}
	if ts.Exec(args[0], args[1:]...) == nil {
		return
	}
	said, _, _ := strings.Cut(ts.ReadFile("stderr"), "\n")
	if said == "" {
		ts.Fatalf("%s failed without a word", args[0])
	}
	said = strings.NewReplacer(b.realm.Issuer(), "ISSUER", b.realm.URL, "SERVER", b.realm.Name, "REALM").Replace(said)
	b.useCase.outcome = strings.TrimPrefix(said, "error: ")
}

// wholeClaims demands that the token in a file has exactly the claims of another,
// where times and identifiers are as they are: wholeclaims TOKEN-FILE CLAIMS-FILE
func (b *bed) wholeClaims(ts *testscript.TestScript, _ bool, args []string) {
	var got, want map[string]any
	ts.Check(json.Unmarshal(payload(ts, args[0]), &got))
	got = b.steady(got)
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &want))
	if differ := diff.Diff(want, got); differ != "" {
		text, err := json.MarshalIndent(got, "", "  ")
		ts.Check(err)
		ts.Fatalf("claims (-want +got):\n%s\nwhole: %s", differ, text)
	}
}

// steady puts names in the place of what differs from run to run.
func (b *bed) steady(claims map[string]any) map[string]any {
	names := map[string]string{b.realm.Issuer(): "ISSUER"}
	var users []struct{ ID, Username string }
	b.realm.Must(b.t, http.MethodGet, "/users?max=200", nil, &users)
	for _, user := range users {
		names[user.ID] = "id of " + user.Username
	}
	for name, value := range claims {
		claims[name] = steadyValue(name, value, names)
	}
	return claims
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func steadyValue(name string, value any, names map[string]string) any {
	switch value := value.(type) {
	case float64:
		return "a number"
	case string:
		if steady, ok := names[value]; ok {
			return steady
		}
		if name == "scope" {
			return strings.Join(slices.Sorted(slices.Values(strings.Fields(value))), " ")
		}
		if name == "sid" || name == "jti" || uuid.MatchString(value) {
			return "an identifier"
		}
	case []any:
		slices.SortFunc(value, func(x, y any) int { return cmp.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	case map[string]any:
		for name, inner := range value {
			value[name] = steadyValue(name, inner, names)
		}
	}
	return value
}
