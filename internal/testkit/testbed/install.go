//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// install has apt-get install the parts. What is installed already stays as it is.
func install(ctx context.Context, parts []part) error {
	if err := apt(ctx, "apt-get", "update", "-q"); err != nil {
		return err
	}
	args := []string{"install", "-q", "-y", "--no-install-recommends", "--no-upgrade"}
	for _, p := range parts {
		args = append(args, choose(ctx, p.packages))
	}
	say("installing %s", strings.Join(args[5:], " "))
	return apt(ctx, "apt-get", args...)
}

// choose is the first package that there is a candidate for; the last where none has one, for apt-get to complain about.
func choose(ctx context.Context, packages []string) string {
	for _, name := range packages {
		if apt(ctx, "apt-get", "install", "-q", "-y", "--simulate", name) == nil {
			return name
		}
	}
	return packages[len(packages)-1]
}

func apt(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return nil
}
