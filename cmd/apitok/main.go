// Command apitok gives Keycloak users API credentials and hands scripts their
// tokens.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/apitok/apitok/internal/cli"
	"github.com/apitok/apitok/internal/hot"
)

// Set by the linker in a release.
var (
	version = "dev"
	commit  = "none"
	date    = "unknown"
)

// A cached token was printed before this: see package hot.
func main() {
	hot.KeepPrivate()
	os.Exit(run())
}

// run gives the program its context: the first signal asks it to stop, so that it
// can take back what it began, a second one ends it. An answer that nobody reads is
// an error like any other, not a death without a word.
func run() int {
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), cli.StopSignals()...)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, cli.Real(cli.Build{Version: version, Commit: commit, Date: date}), os.Args[1:])
}
