//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// A way leads to a token on stdout, unless it is there to compare with.
type way struct {
	name string
	// steps are pipes that run one after the other. The last one's output is the way's.
	steps []pipe
	// env is added to the stage's.
	env []string
	// gives is what comes out.
	gives output
	// runs is how often it is measured at most; 0 as often as asked for.
	runs int
	// missing says why it cannot be measured here.
	missing string
}

// A pipe is programs that run at once, each reading what the one before it writes.
type pipe [][]string

// output says what a way gives, which is looked at before it is measured.
type output int

const (
	words    output = iota // something else than a token
	newToken               // another one with each run
	oldToken               // the same one again
)

// A sample is what one run took.
type sample struct {
	// wall is the time from before the first program's start to after the last one's end, cpu what all of them used.
	wall, cpu time.Duration
}

// A scene is what the programs of a way find.
type scene struct {
	env            []string
	stdout, stderr *os.File
}

// run goes the way once.
func (w way) run(on scene) (sample, error) {
	on.env = slices.Concat(on.env, w.env)
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return sample{}, err
	}
	defer null.Close()
	var took sample
	begin := time.Now()
	for n, p := range w.steps {
		step := on
		if n < len(w.steps)-1 {
			step.stdout = null
		}
		cpu, err := p.run(step, null)
		took.cpu += cpu
		if err != nil {
			return sample{}, fmt.Errorf("%s: %w", w.name, err)
		}
	}
	took.wall = time.Since(begin)
	return took, nil
}

// run starts all programs and waits for their ends.
func (p pipe) run(on scene, stdin *os.File) (cpu time.Duration, err error) {
	var started []*os.Process
	for n, args := range p {
		stdout, next := on.stdout, (*os.File)(nil)
		if n < len(p)-1 {
			if next, stdout, err = os.Pipe(); err != nil {
				break
			}
		}
		var process *os.Process
		process, err = os.StartProcess(args[0], args, &os.ProcAttr{Env: on.env, Files: []*os.File{stdin, stdout, on.stderr}})
		if n > 0 {
			stdin.Close()
		}
		if next != nil {
			stdout.Close()
		}
		if err != nil {
			break
		}
		started = append(started, process)
		stdin = next
	}
	for n, process := range started {
		state, failed := process.Wait()
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		cpu += state.UserTime() + state.SystemTime()
		if !state.Success() {
			err = errors.Join(err, fmt.Errorf("%s: %s", strings.Join(p[n][:min(len(p[n]), 2)], " "), state))
		}
	}
	return cpu, err
}
