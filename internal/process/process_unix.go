//go:build unix

package process

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"
	"unsafe"
)

// Replace runs the program in the place of this one, which thereby ends: it has this
// process's number, files and terminal, and whoever waits for it or sends it a signal
// deals with it alone. Nothing of apitok is left that could fail, leak or die. It
// returns only if that was not possible.
func Replace(ctx context.Context, cmd *exec.Cmd) (code int, err error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	catchPipe()
	return 0, unable(cmd.Args[0], syscall.Exec(cmd.Path, cmd.Args, cmd.Env)) //nolint:gosec // what the user wants run
}

func start(cmd *exec.Cmd) error {
	catchPipe()
	return cmd.Start()
}

// catchPipe makes SIGPIPE, which apitok ignores, one that it catches and does nothing
// about. That is all the same to it, but an ignored signal stays ignored in a program
// that is run, and a caught one is not. ([signal.Reset] does not undo [signal.Ignore].)
func catchPipe() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// handedOn are the signals by which others tell a program something. SIGTSTP and
// SIGCONT reach both by their group, or are meant for apitok alone.
func handedOn() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH}
}

// handOn sends a signal to the program, unless the terminal did so. That cannot be seen
// from a signal itself; it is taken as the terminal's if it is one that a terminal
// sends, while the two of them are what the terminal's keys act upon.
func handOn(program *os.Process, s os.Signal) {
	keys := []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGWINCH}
	if slices.Contains(keys, s) && inForeground() {
		return
	}
	_ = program.Signal(s) //nolint:errcheck // it may just have ended
}

// inForeground tells whether this process group is the foreground one of its terminal.
func inForeground() bool {
	terminal, err := syscall.Open("/dev/tty", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return false // there is none
	}
	var group int32
	//nolint:gosec // the call is tcgetpgrp(3)
	_, _, failed := syscall.Syscall(syscall.SYS_IOCTL, uintptr(terminal), syscall.TIOCGPGRP, uintptr(unsafe.Pointer(&group)))
	return syscall.Close(terminal) == nil && failed == 0 && int(group) == syscall.Getpgrp()
}

func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
