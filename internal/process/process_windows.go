package process

import (
	"context"
	"os"
	"os/exec"
	"syscall"
)

// Replace is [Supervise] with nothing beside: Windows runs no program in the place of
// another.
func Replace(ctx context.Context, cmd *exec.Cmd) (code int, err error) {
	return Supervise(ctx, cmd, func(context.Context) {})
}

func start(cmd *exec.Cmd) error { return cmd.Start() }

// handedOn are Ctrl-C and Ctrl-Break, and the closing of the console.
func handedOn() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// handOn does nothing: the console tells every program on it, and there is no other
// sender.
func handOn(*os.Process, os.Signal) {}

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
