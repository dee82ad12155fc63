package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

// report says on stderr what failed and what to do, and returns the exit code.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	if code := ended(0); errors.As(err, &code) {
		return int(code)
	}
	failures := failuresOf(err)
	for _, failure := range failures {
		e := known(failure)
		say(stderr, "error: "+e.Error())
		if e.Hint != "" {
			say(stderr, "hint: "+e.Hint)
		}
	}
	return int(known(failures[0]).Kind)
}

// ended is the exit code of a program that was run, which is apitok's own then. There
// is nothing to say about it.
type ended int

// Error implements error.
func (e ended) Error() string { return fmt.Sprintf("the program ended with %d", int(e)) }

// failuresOf returns the failures of a verb that had several, of which the first says
// how it went, or the only one. Those that are joined deeper down are the cause of one.
func failuresOf(err error) []error {
	if both, ok := err.(interface{ Unwrap() []error }); ok {
		return both.Unwrap()
	}
	return []error{err}
}

// known makes an error of ours of any. The only ones that are not ours by now
// are cobra's own: about the command line, or from writing a completion.
func known(err error) *apitok.Error {
	if e := new(apitok.Error); errors.As(err, &e) {
		return e
	}
	if file := new(fs.PathError); errors.As(err, &file) {
		return &apitok.Error{Kind: apitok.Failed, Message: err.Error()}
	}
	return &apitok.Error{Kind: apitok.Usage, Message: err.Error(), Hint: "apitok --help shows what there is"}
}

// say writes one line. Where stderr is gone there is nobody to tell.
func say(stderr io.Writer, line string) {
	fmt.Fprintln(stderr, oneLine(line)) //nolint:errcheck // see above
}

// oneLine makes a text of others safe to show as a line of its own.
func oneLine(text string) string { return output.Clean(strings.ReplaceAll(text, "\n", " ")) }

func usage(cmd *cobra.Command, message string) error {
	return &apitok.Error{Kind: apitok.Usage, Message: message, Hint: cmd.CommandPath() + " --help shows how it is used"}
}

// verb is a RunE whose errors are all of ours.
func verb(run func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		if err == nil || len(failuresOf(err)) > 1 || errors.As(err, new(ended)) {
			return err
		}
		return apitok.AsError(err)
	}
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && cmd.HasSubCommands() {
		return usage(cmd, fmt.Sprintf("there is no command %q", cmd.CommandPath()+" "+args[0]))
	}
	if len(args) > 0 {
		return usage(cmd, fmt.Sprintf("%q is one argument too many", args[0]))
	}
	return nil
}

// oneArg demands exactly one argument and says what it is.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return usage(cmd, what+" is missing")
		case 1:
			return nil
		}
		return noArgs(cmd, args[1:])
	}
}

func atMostOneArg(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return noArgs(cmd, args[1:])
	}
	return nil
}
