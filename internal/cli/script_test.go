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
	server := testkit.Keycloak(t)
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		name := filepath.Base(script)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed := newBed(t, server)
			testscript.Run(t, testscript.Params{
				Files:               []string{script},
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
				UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
				Setup:               bed.setup,
				Cmds:                bed.commands(),
				Condition:           condition,
			})
		})
	}
}
