package cli_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apitok/apitok/internal/cli"
	_ "github.com/apitok/apitok/internal/hot" // as cmd/apitok has it
	"github.com/apitok/apitok/internal/testkit"
)

func TestMain(m *testing.M) {
	if testkit.Reaping() {
		return
	}
	testscript.Main(m, map[string]func(){
		"apitok":       func() { os.Exit(program(time.Now, os.Args[1:])) },
		"apitokat":     func() { os.Exit(programAt()) },
		"agetoken":     func() { os.Exit(onCache(ageToken)) },
		"planttoken":   func() { os.Exit(onCache(plantToken)) },
		"tell-signals": func() { os.Exit(tellSignals()) },
	})
}

// program is what cmd/apitok runs.
func program(now func() time.Time, args []string) int {
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), cli.StopSignals()...)
	defer stop()
	context.AfterFunc(ctx, stop)
	system := cli.Real(cli.Build{Version: "v0.0.0-test", Commit: "none", Date: "unknown"})
	// So the keyrings of Windows and macOS, which take less, are tested anywhere.
	if limit := os.Getenv("APITOK_TEST_KEYRING_LIMIT"); limit != "" {
		if _, err := fmt.Sscan(limit, &system.KeyringLimit); err != nil {
			panic(err)
		}
	}
	system.Now = now
	return cli.Run(ctx, system, args)
}

// TestScript runs every script of testdata/script: apitok commands against a real
// Keycloak and a real keyring. Each has a realm of its own, a copy of the demo
// realm, and an operator with exactly the Keycloak roles that the documentation
// asks for.
//
// In a script, $SERVER and $REALM name the realm, $OP_ID and $OP_SECRET the
// operator; the profile "test" is in use and the operator has signed in, unless
// the script's name begins with "bare".
func TestScript(t *testing.T) {
	runScripts(t, "script", testkit.Keycloak)
}

// TestLegacyScript runs those of testdata/legacy, where the server has the legacy
// token exchange too.
func TestLegacyScript(t *testing.T) {
	runScripts(t, "legacy", func(t testing.TB) *testkit.Server { return testkit.KeycloakOf(t, testkit.Legacy()) })
}

// TestLegacyV1Script runs those of testdata/legacy_v1, where it has permissions of
// version 1 besides.
func TestLegacyV1Script(t *testing.T) {
	runScripts(t, "legacy_v1", func(t testing.TB) *testkit.Server { return testkit.KeycloakOf(t, testkit.LegacyV1()) })
}

func runScripts(t *testing.T, folder string, server func(testing.TB) *testkit.Server) {
	scripts, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		t.Run(filepath.Base(script), func(t *testing.T) {
			t.Parallel()
			newBed(t, server(t)).run(t, script)
		})
	}
}
