//go:build unix

// Testbed prepares everything real that tests and the demo need, runs a command in it, and takes it down again:
//
//	testbed [-with PROGRAM=PACKAGE]... [-try PROGRAM=PACKAGE]... COMMAND ARGUMENTS...
//
// With names a program that the command needs besides, and the package of Debian and Ubuntu that brings it. Try names one
// that it can do without: where that cannot be installed, a line says so.
//
// The command finds a Keycloak (APITOK_TEST_KEYCLOAK, APITOK_TEST_ADMIN, APITOK_TEST_ADMIN_PASSWORD) and, on Linux, a
// session bus with an unlocked, empty Secret Service (DBUS_SESSION_BUS_ADDRESS) in its environment, which is otherwise
// the caller's. Testbed exits with the command's exit code.
//
// APITOK_TEST_KEYCLOAK=URL uses a running server; its administrator is then read from the two other variables (default
// admin, admin). KEYCLOAK_VERSION chooses the version to start, APITOK_TEST_KEYCLOAK_OPTS adds arguments to its start.
//
// APITOK_TEST_JAVA_OPTS replaces the JVM options, which favour a quick start over a quick server.
//
// Nothing it started survives it, even if it is killed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/apitok/apitok/internal/testkit/reaper"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == reaper.Argument {
		if err := reaper.Run(os.Stdin); err != nil {
			say("%v", err)
			os.Exit(1)
		}
		return
	}
	with := programs{}
	flag.Var(with, "with", "also provide `PROGRAM=PACKAGE`")
	try := programs{}
	flag.Var(try, "try", "also provide `PROGRAM=PACKAGE` if that can be done")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: testbed [-with PROGRAM=PACKAGE]... [-try PROGRAM=PACKAGE]... COMMAND ARGUMENTS...")
		os.Exit(2)
	}
	os.Exit(run(flag.Args(), with, try))
}

// programs are the packages by the program that each brings.
type programs map[string]string

// String implements flag.Value.
func (programs) String() string { return "" }

// Set implements flag.Value.
func (p programs) Set(text string) error {
	program, name, ok := strings.Cut(text, "=")
	if !ok {
		return errors.New("write PROGRAM=PACKAGE")
	}
	p[program] = name
	return nil
}

// run prepares, runs the command and takes down; its result is the exit code.
func run(args []string, with, try programs) int {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	var bed bed
	env, err := bed.prepare(signals, with, try)
	code := 1
	if err == nil {
		code, err = command(args, env, signals)
	}
	err = errors.Join(err, bed.close())
	if errors.Is(err, context.Canceled) {
		return 130
	}
	if err != nil {
		say("%v", err)
		return max(code, 1)
	}
	return code
}

func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "testbed: "+format+"\n", args...)
}
