//go:build unix

// Bench runs each way to a token on stdout in turn, apitok's and others', on the server and the keyring that testbed
// names, and prints what they took: run it with make bench. RUNS=200 make bench measures longer.
//
// Every program has a home folder, a keyring and an agent of its own, which are gone at the end.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

func main() { os.Exit(run()) }

// run measures until it is done or told to stop; its result is the exit code.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := bench(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	return 0
}

func bench(ctx context.Context) (err error) {
	runs, err := strconv.Atoi(cmp.Or(os.Getenv("RUNS"), "50"))
	if err != nil || runs < 1 {
		return fmt.Errorf("RUNS=%s is not a number of runs", os.Getenv("RUNS"))
	}
	dir, err := os.MkdirTemp("", "apitok-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := newStage(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	results, err := s.measure(ctx, s.ways(ctx), runs)
	if err != nil {
		return err
	}
	_, err = os.Stdout.WriteString(table(results, runs))
	return err
}
