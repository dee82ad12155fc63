// Package process runs a program for apitok: in its place where the system can do
// that, or beside it.
package process

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"sync"

	"github.com/apitok/apitok/pkg/apitok"
)

// The exit codes of a program that could not be run, as shells have them (POSIX, Shell
// Command Language, 2.8.2).
const (
	// NotRunnable is a file that is there and cannot be run.
	NotRunnable apitok.Kind = 126
	// NotThere is a program that was not found.
	NotThere apitok.Kind = 127
)

// Streams are the three of a program. Files are handed to it as they are.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Command finds the program args[0] as a shell would, and prepares a run of it with
// these arguments, environment and streams. The error is of kind NotThere or
// NotRunnable.
func Command(args, env []string, streams Streams) (*exec.Cmd, error) {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return nil, unable(args[0], err)
	}
	return &exec.Cmd{Path: path, Args: args, Env: env, Stdin: streams.In, Stdout: streams.Out, Stderr: streams.Err}, nil
}

// unable says why a program was not run, and by its kind what shells say.
func unable(program string, err error) error {
	cause := err
	for inner := errors.Unwrap(cause); inner != nil; inner = errors.Unwrap(cause) {
		cause = inner // those around it repeat the name
	}
	kind := NotRunnable
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		kind = NotThere
	}
	return &apitok.Error{Kind: kind, Message: "cannot run " + program, Cause: cause}
}

// Supervise runs a program, and beside it a task that it tells to stop when the program
// has ended, and waits for. It hands on the signals that it gets, and never ends before
// the program, however often it is told to. It returns the program's exit code, or 128
// and the signal's number if one ended it.
//
// The program stays in the process group that apitok is in, so that pipes, job control
// and Ctrl-C work for both as for any two programs of a pipeline. The terminal sends
// its signals to the whole group; those are not handed on, or the program would get
// each of them twice.
func Supervise(ctx context.Context, cmd *exec.Cmd, beside func(context.Context)) (code int, err error) {
	signals := make(chan os.Signal, 16)
	// Nothing stops this: when the program has ended there is only tidying up to do,
	// which is not to be cut short.
	for _, s := range handedOn() {
		if !signal.Ignored(s) { // what nohup wants ignored stays so, for the program too
			signal.Notify(signals, s)
		}
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err := start(cmd); err != nil {
		return 0, unable(cmd.Args[0], err)
	}
	// A signal ends ctx. That is for the program to heed or not.
	aside, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var task sync.WaitGroup
	task.Go(func() { beside(aside) })
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			handOn(cmd.Process, s)
		case err := <-ended:
			stop()
			task.Wait()
			if failed := new(exec.ExitError); err != nil && !errors.As(err, &failed) {
				return 0, err
			}
			return exitCode(cmd.ProcessState), nil
		}
	}
}
