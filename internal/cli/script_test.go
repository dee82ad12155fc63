package cli_test

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apitok/apitok/internal/cli"
	"github.com/apitok/apitok/internal/testkit"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"apitok":       func() { os.Exit(program()) },
		"tell-signals": func() { os.Exit(tellSignals()) },
	})
}

// program is what cmd/apitok runs.
func program() int {
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), cli.StopSignals()...)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, cli.Real(cli.Build{Version: "v0.0.0-test", Commit: "none", Date: "unknown"}), os.Args[1:])
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
			})
		})
	}
}
