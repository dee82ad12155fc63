package cli

import (
	"os"
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

func width(f *os.File) int {
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

func terminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
