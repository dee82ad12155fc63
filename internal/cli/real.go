package cli

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"golang.org/x/term"
)

// Real is the system that the process runs on.
func Real(build Build) System {
	return System{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Getenv: os.Getenv, Environ: os.Environ, Now: time.Now,
		StdinTerminal:  terminal(os.Stdin),
		StdoutTerminal: terminal(os.Stdout),
		StderrTerminal: terminal(os.Stderr),
		StderrWidth:    width(os.Stderr),
		Build:          build,
	}
}

// StopSignals are those that ask the program to stop, but for what was ignored when it
// was started, as nohup has it: that stays ignored, by the programs that it runs too.
func StopSignals() []os.Signal {
	return slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
}

func width(f *os.File) int {
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

func terminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
