package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// A column of the table of use cases is one server.
type column struct {
	title string
	kind  string // as scripts ask for it
	start func(testing.TB) *testkit.Server
}

func columns() []column {
	of := func(kind *testkit.Kind) func(testing.TB) *testkit.Server {
		return func(t testing.TB) *testkit.Server { return testkit.KeycloakOf(t, kind) }
	}
	return []column{
		{"26.7, as it comes", "default", testkit.Keycloak},
		{"26.7, `token-exchange`", "legacy", of(testkit.Legacy())},
		{"26.7, `token-exchange`, `admin-fine-grained-authz:v1`", "legacy_v1", of(testkit.LegacyV1())},
		{"26.3, `token-exchange`, `admin-fine-grained-authz:v1`", "howto", of(testkit.HowTo())},
	}
}

// TestUseCases runs every script of testdata/usecase on every kind of server, and
// demands that what comes of each is what the table of docs/exchange.md says. With
// UPDATE_SCRIPTS set it writes the table.
//
// The first line of a script is what a person wants, the second how it is asked of
// apitok. Each "try" runs a program; the first that fails ends the case, and what it
// said is the outcome. The condition "works" holds as long as none has failed.
func TestUseCases(t *testing.T) {
	const page = "../../docs/exchange.md"
	scripts, err := filepath.Glob("testdata/usecase/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := newOutcomes()
	t.Run("on", func(t *testing.T) {
		for _, script := range scripts {
			for _, server := range columns() {
				name := strings.TrimSuffix(filepath.Base(script), ".txtar")
				t.Run(name+"/"+server.kind, func(t *testing.T) {
					t.Parallel()
					bed := newBed(t, server.start(t))
					bed.useCase = &useCase{kind: server.kind}
					bed.run(t, script)
					// The script is a parallel test of its own, which begins when this one has returned.
					t.Cleanup(func() { seen.add(script, server.kind, bed.useCase.outcome) })
				})
			}
		}
	})
	// Where only some ran, there is no table.
	if t.Failed() || !seen.complete(scripts) {
		return
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		updated := replaceWritten(t, string(text), tableBegins, seen.table(t, scripts))
		if err := os.WriteFile(page, []byte(updated), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	seen.compare(t, scripts, string(text))
}
