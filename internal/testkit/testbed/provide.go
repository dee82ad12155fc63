//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/apitok/apitok/internal/testkit/keycloakd"
)

// part is something that must be installed: how people call it, and the packages of Debian and Ubuntu that bring it, of
// which the first that the system knows is taken.
type part struct {
	name     string
	packages []string
}

// provide returns when everything needed is installed. As root on Debian or Ubuntu it installs what is missing;
// elsewhere it says in one line what to install.
func provide(ctx context.Context, server bool, with programs) error {
	parts := missing(ctx, server, with)
	if len(parts) == 0 {
		return nil
	}
	if !canInstall() {
		return complaint(parts)
	}
	if err := install(ctx, parts); err != nil {
		return err
	}
	if parts := missing(ctx, server, with); len(parts) > 0 {
		return complaint(parts)
	}
	return nil
}

// provideIfPossible installs what the command can do without, each by itself, so that one that this system does not have
// leaves the others.
func provideIfPossible(ctx context.Context, try programs) {
	for _, p := range absent(try) {
		err := complaint([]part{p})
		if canInstall() {
			err = install(ctx, []part{p})
		}
		if err != nil {
			say("going on without %s: %v", p.name, err)
		}
	}
}

func absent(of programs) (parts []part) {
	for program, name := range of {
		if _, err := exec.LookPath(program); err != nil {
			parts = append(parts, part{program, []string{name}})
		}
	}
	return parts
}

func missing(ctx context.Context, server bool, with programs) (parts []part) {
	parts = absent(with)
	if server {
		if _, err := keycloakd.Java(ctx); errors.Is(err, keycloakd.ErrNoJava) {
			parts = append(parts, part{"Java 17 or later", []string{"openjdk-17-jre-headless", "default-jre-headless"}})
		}
		if _, err := keycloakd.FindMaven(); errors.Is(err, keycloakd.ErrNoMaven) {
			parts = append(parts, part{"Maven", []string{"maven"}})
		}
	}
	if runtime.GOOS != "linux" {
		return parts
	}
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		parts = append(parts, part{"dbus", []string{"dbus"}})
	}
	if _, err := exec.LookPath("gnome-keyring-daemon"); err != nil {
		parts = append(parts, part{"gnome-keyring", []string{"gnome-keyring"}})
	}
	return parts
}

func complaint(parts []part) error {
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	return fmt.Errorf("please install %s, and see that it is in PATH", strings.Join(names, ", "))
}

// canInstall is true for root on Debian, Ubuntu and their kin.
func canInstall() bool {
	if os.Geteuid() != 0 {
		return false
	}
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(release)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if (key == "ID" || key == "ID_LIKE") && strings.Contains(value, "debian") || key == "ID" && strings.Contains(value, "ubuntu") {
			_, err := exec.LookPath("apt-get")
			return err == nil
		}
	}
	return false
}
