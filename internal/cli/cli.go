// Package cli is the apitok command: one file per verb, which turns flags into a
// request, calls the verb of package apitok, and writes its answer. It is the
// only importer of cobra.
//
// The answer goes to stdout, everything else to stderr, and a person is asked
// only at a terminal.
package cli

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

// A System is the world that the program runs in.
type System struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Getenv returns a variable of the environment.
	Getenv func(string) string
	// Environ returns all of them, as NAME=VALUE.
	Environ func() []string
	// Now tells the time.
	Now func() time.Time
	// StdinTerminal, StdoutTerminal and StderrTerminal tell which of the three
	// are terminals.
	StdinTerminal, StdoutTerminal, StderrTerminal bool
	// StderrWidth is how many columns the terminal at stderr has; 0 if it does not
	// say.
	StderrWidth int
	// KeyringLimit is how many bytes the keyring takes of an item; 0 is as many as
	// that of this system does.
	KeyringLimit int
	// Build says which build this is.
	Build Build
}

// A Build identifies a build of the program.
type Build struct{ Version, Commit, Date string }

// person tells whether someone can be asked.
func (s System) person() bool {
	return s.StdinTerminal && s.StderrTerminal && s.Getenv("CI") == ""
}

// Run runs the program with these arguments and returns its exit code.
func Run(ctx context.Context, system System, args []string) int {
	root := New(system)
	root.SetArgs(args)
	return report(system.Stderr, root.ExecuteContext(ctx))
}

// An app is one run of the program: its system and what the flags of every verb
// say.
type app struct {
	system  System
	flags   config.Flags
	timeout time.Duration
	verbose bool
	// sealed is the passphrase of the file store once it is known.
	sealed apitok.Secret
}

// New makes the root command.
func New(system System) *cobra.Command {
	a := &app{system: system}
	root := &cobra.Command{
		Use:   "apitok",
		Short: "API credentials for the users of a Keycloak realm",
		Long: `apitok gives the users of a Keycloak realm API credentials, rotates their
secrets, and hands scripts a fresh access token.

A credential is written OWNER/NAME, such as alice/ci. It is a confidential
Keycloak client with a service account that has its owner's roles or fewer.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 not signed in or not
allowed, 5 exists already or changed under us, 6 the store is locked or missing,
7 server unreachable or busy, 8 a check did not hold, 130 interrupted.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(system.Stdin)
	root.SetOut(system.Stdout)
	root.SetErr(system.Stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, err.Error()) })
	a.addFlags(root)
	root.AddCommand(
		a.profileCommand(), a.loginCommand(), a.logoutCommand(), a.whoamiCommand(), a.storeCommand(),
		a.createCommand(), a.listCommand(), a.showCommand(), a.editCommand(), a.rotateCommand(),
		a.delegateCommand(), a.disableCommand(), a.enableCommand(), a.revokeCommand(), a.syncCommand(), a.pruneCommand(),
		a.tokenCommand(), a.execCommand(), a.exchangeCommand(), a.impersonateCommand(), a.inspectCommand(), a.importCommand(), a.forgetCommand(),
		a.setupCommand(), a.doctorCommand(), a.auditCommand(), a.versionCommand(),
	)
	root.InitDefaultCompletionCmd()
	return root
}

func (a *app) addFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&a.flags.Profile, "profile", "", "use this profile (APITOK_PROFILE)")
	f.StringVar(&a.flags.Server, "server", "", "the server's address (APITOK_SERVER)")
	f.StringVar(&a.flags.Realm, "realm", "", "the realm (APITOK_REALM)")
	f.StringVar(&a.flags.CAFile, "ca-file", "", "trust only the certificate authorities of this PEM file (APITOK_CA_FILE)")
	f.BoolVar(&a.flags.InsecureHTTP, "insecure-http", false, "allow http to a host that is not this machine (APITOK_INSECURE_HTTP)")
	f.DurationVar(&a.timeout, "timeout", 30*time.Second, "how long one call to the server may take, with its repetitions")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "say on stderr what is asked of the server, without secrets")
}
