//go:build unix

// Package reaper ends process groups and removes directories when the process that named them is gone, however it went.
//
// A killed process can clean nothing up, and "die with your parent" does not reach the grandchildren of a start script.
// So a second process, out of reach of the terminal's signals, waits for the end of a pipe that only the first one holds.
// The orderly way out takes the same road: Close ends the pipe and waits.
package reaper

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Argument is the first argument with which the program that uses this package is started again, to call Run.
const Argument = "--reap"

// Reaper is the waiting process.
type Reaper struct {
	cmd  *exec.Cmd
	pipe io.WriteCloser
}

// Start starts the running program again as `PROGRAM --reap`.
func Start() (*Reaper, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, Argument)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &Reaper{cmd: cmd, pipe: pipe}, cmd.Start()
}

// Launch starts cmd, without input, in a process group of its own that is to be killed. It is held until the reaper knows
// of it, and gives up if we are gone before: at no instant could it be left alone.
func (r *Reaper) Launch(cmd *exec.Cmd) error {
	cmd.Args = append([]string{"sh", "-c", `read -r go && exec "$@" </dev/null`, "sh", cmd.Path}, cmd.Args[1:]...)
	cmd.Path = "/bin/sh"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	gate, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(r.pipe, "group %d\n", cmd.Process.Pid); err != nil {
		return errors.Join(err, gate.Close())
	}
	_, err = io.WriteString(gate, "go\n")
	return errors.Join(err, gate.Close())
}

// Dir names a directory to be removed after the groups are gone.
func (r *Reaper) Dir(path string) error {
	_, err := fmt.Fprintf(r.pipe, "dir %s\n", path)
	return err
}

// Close has everything named so far ended and removed, and returns when it is.
func (r *Reaper) Close() error {
	return errors.Join(r.pipe.Close(), r.cmd.Wait())
}

// Run is the waiting process: it reads names until the end of in, then acts on them.
func Run(in io.Reader) error {
	var groups []int
	var dirs []string
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		kind, value, _ := strings.Cut(lines.Text(), " ")
		switch kind {
		case "group":
			id, err := strconv.Atoi(value)
			if err != nil || id <= 1 { // To kill(2), -1 is everybody.
				return fmt.Errorf("not a process group: %q", value)
			}
			groups = append(groups, id)
		case "dir":
			dirs = append(dirs, value)
		}
	}
	errs := []error{lines.Err()}
	for _, id := range groups {
		errs = append(errs, end(id))
	}
	for _, dir := range dirs {
		errs = append(errs, os.RemoveAll(dir))
	}
	return errors.Join(errs...)
}

// end kills a group and returns when nobody in it is alive. Only a parent is told of an end, and we are not: hence the
// asking.
func end(id int) error {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		switch err := syscall.Kill(-id, syscall.SIGKILL); {
		case errors.Is(err, syscall.ESRCH), err == nil && onlyZombies(id):
			return nil
		case err != nil && !errors.Is(err, syscall.EPERM): // macOS says EPERM of a group that is dying.
			return fmt.Errorf("process group %d: %w", id, err)
		case time.Now().After(deadline):
			return fmt.Errorf("process group %d does not end", id)
		}
	}
}
