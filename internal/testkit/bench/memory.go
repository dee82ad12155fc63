//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// memoryRuns are enough for a figure that hardly differs.
const memoryRuns = 5

// memory has time(1) start the programs: the kernel counts what the parent holds when it starts one as the child's own,
// and time is small.
func (s *stage) memory(w way, on scene) (int64, error) {
	program, err := exec.LookPath("time")
	if err != nil {
		return 0, nil //nolint:nilerr // the table has a dash there
	}
	log := filepath.Join(s.dir, "resident")
	timed := w
	timed.steps = nil
	for _, p := range w.steps {
		var wrapped pipe
		for _, args := range p {
			wrapped = append(wrapped, append([]string{program, "-f", "%M", "-a", "-o", log}, args...))
		}
		timed.steps = append(timed.steps, wrapped)
	}
	runs := memoryRuns
	if w.runs > 0 {
		runs = 1
	}
	var most []int64
	for range runs {
		if err := os.WriteFile(log, nil, 0o600); err != nil {
			return 0, err
		}
		if _, err := timed.run(on); err != nil {
			return 0, err
		}
		largest, err := largest(log)
		if err != nil {
			return 0, err
		}
		most = append(most, largest<<10)
	}
	slices.Sort(most)
	return most[runs/2], nil
}

// largest is the largest number in a file that has one in each line.
func largest(path string) (most int64, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for _, field := range strings.Fields(string(text)) {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		most = max(most, n)
	}
	return most, nil
}
