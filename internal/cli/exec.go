package cli

import (
	"context"
	"os/exec"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/handover"
	"github.com/apitok/apitok/internal/process"
	"github.com/apitok/apitok/pkg/apitok"
)

type execOptions struct {
	req            apitok.TokenRequest
	variable, file string
}

func (a *app) execCommand() *cobra.Command {
	var o execOptions
	cmd := &cobra.Command{
		Use:   "exec [OWNER/NAME] -- PROGRAM [ARGUMENT...]",
		Short: "Run a program with an access token in its environment",
		Long: `Run a program with an access token in the variable APITOK_TOKEN, and end as it does.
Without a name, the client is the one of APITOK_CLIENT_ID, as in apitok token. The
variables that hold secrets of apitok are taken out of the program's environment.

A program that outlives a token reads it from a file: with --token-file the token is
kept in one that only you can read, renewed ahead of its end while the program runs,
and taken away at the end. Its path is in the variable APITOK_TOKEN_FILE.

The exit code is the program's, 128 and the signal's number if a signal ended it, 126
if it cannot be run and 127 if there is none; if there is no token to run it with, it
is apitok's own.`,
		Example: `  apitok exec alice/ci -- ./deploy.sh
  apitok exec alice/ci --variable GITEA_TOKEN -- tea repos
  apitok exec alice/ci --token-file /run/orders/token -- ./serve`,
		Args:              execArgs,
		ValidArgsFunction: a.completeExec,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			return a.exec(cmd, args, o)
		}),
	}
	f := cmd.Flags()
	addTokenFlags(cmd, &o.req)
	f.StringVar(&o.variable, "variable", "APITOK_TOKEN", "the variable for the token; that for its file has _FILE behind it")
	f.StringVar(&o.file, "token-file", "", "also keep the token in this file, and renew it")
	complete(cmd, "variable")
	return cmd
}

// execArgs demands a program behind "--", and at most a credential before it.
func execArgs(cmd *cobra.Command, args []string) error {
	dash := cmd.ArgsLenAtDash()
	if dash < 0 || dash == len(args) {
		return usage(cmd, "a program to run is missing: it comes after --")
	}
	return atMostOneArg(cmd, args[:dash])
}

// completeExec leaves what comes after the credential to the shell's own completion.
func (a *app) completeExec(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return a.completeStored(cmd, args, word)
}

func (a *app) exec(cmd *cobra.Command, args []string, o execOptions) error {
	if ok, err := regexp.MatchString(`^[A-Za-z_][A-Za-z0-9_]*$`, o.variable); err != nil || !ok {
		return usage(cmd, "--variable is a name of letters, digits and _")
	}
	ctx, dash := cmd.Context(), cmd.ArgsLenAtDash()
	h, req, err := a.tokenRequest(cmd, args[:dash], o.req)
	if err != nil {
		return err
	}
	token, err := h.Token(ctx, req)
	if err != nil {
		return err
	}
	variables := []string{o.variable + "=" + token.AccessToken.Reveal()}
	if o.file == "" {
		return a.run(args[dash:], variables, func(program *exec.Cmd) (int, error) { return process.Replace(ctx, program) })
	}
	file, err := newTokenFile(o.file, token)
	if err != nil {
		return err
	}
	defer file.remove(a.note)
	return a.run(args[dash:], append(variables, o.variable+"_FILE="+file.path), func(program *exec.Cmd) (int, error) {
		return process.Supervise(ctx, program, func(ctx context.Context) {
			file.renew(h.Renewals(ctx, req, token), a.note)
		})
	})
}

// run runs a program with these variables in its environment and ends as it does.
func (a *app) run(args, variables []string, run func(*exec.Cmd) (int, error)) error {
	env := handover.Environment(a.system.Environ(), variables...)
	program, err := process.Command(args, env, process.Streams{In: a.system.Stdin, Out: a.system.Stdout, Err: a.system.Stderr})
	if err != nil {
		return err
	}
	code, err := run(program)
	if err != nil {
		return err
	}
	return ended(code)
}
