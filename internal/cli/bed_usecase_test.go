package cli_test

import (
	"strings"

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
	said, found := strings.CutPrefix(strings.TrimSpace(ts.ReadFile("stderr")), "error: ")
	if !found {
		ts.Fatalf("%s failed and said %q", args[0], said)
	}
	b.useCase.outcome = strings.NewReplacer(b.realm.Issuer(), "ISSUER", b.realm.URL, "SERVER", b.realm.Name, "REALM").Replace(said)
}
