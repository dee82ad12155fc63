package secretservice

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// password protects keyrings that hold test data and live as long as a test.
const password = "test"

// Keyring is a bus with a Secret Service on it.
type Keyring struct {
	*Bus

	home   string
	daemon *daemon
}

// StartKeyring starts a Secret Service with an empty, unlocked default collection.
func StartKeyring(ctx context.Context) (*Keyring, error) { return startKeyring(ctx, true) }

// StartBareKeyring starts a Secret Service that has no default collection, as on a machine where nobody ever signed in to a
// desktop.
func StartBareKeyring(ctx context.Context) (*Keyring, error) { return startKeyring(ctx, false) }

func startKeyring(ctx context.Context, unlock bool) (*Keyring, error) {
	bus, err := StartBus(ctx)
	if err != nil {
		return nil, err
	}
	k := &Keyring{Bus: bus, home: filepath.Join(bus.dir, "home")}
	if err := k.start(ctx, unlock); err != nil {
		return nil, errors.Join(err, k.Stop())
	}
	return k, nil
}

// Lock restarts the service the way a login without a password does: the default collection is there, but locked, and
// nobody is at hand to ask for the password.
func (k *Keyring) Lock(ctx context.Context) error {
	if err := k.daemon.stop(); err != nil {
		return err
	}
	if err := k.left(ctx); err != nil {
		return err
	}
	return k.start(ctx, false)
}

func (k *Keyring) start(ctx context.Context, unlock bool) error {
	run := filepath.Join(k.home, "run")
	if err := os.MkdirAll(run, 0o700); err != nil {
		return err
	}
	var log tail
	cmd := exec.Command("gnome-keyring-daemon", "--foreground", "--components=secrets")
	if unlock {
		cmd.Args = append(cmd.Args, "--unlock")
		cmd.Stdin = strings.NewReader(password)
	}
	cmd.Stderr = &log
	cmd.Env = append(os.Environ(), k.Env()...)
	cmd.Env = append(cmd.Env, "HOME="+k.home, "XDG_RUNTIME_DIR="+run, "XDG_DATA_HOME="+filepath.Join(k.home, "data"))
	var err error
	if k.daemon, err = start(cmd); err != nil {
		return err
	}
	if err := k.daemon.waitFor(ctx, &log, k.owned); err != nil {
		return fmt.Errorf("private Secret Service: %w", err)
	}
	return nil
}

// Stop ends the service and its bus and removes what they stored.
func (k *Keyring) Stop() error {
	var err error
	if k.daemon != nil {
		err = k.daemon.stop()
	}
	return errors.Join(err, k.Bus.Stop())
}
