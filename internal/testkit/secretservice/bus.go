package secretservice

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// config has no service directory where %[2]s is empty, so that a name nobody owns stays unknown instead of starting a daemon.
const config = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=%[1]s</listen>
  <auth>EXTERNAL</auth>%[2]s
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// Bus is a session bus with nobody on it.
type Bus struct {
	// Address is what belongs into DBUS_SESSION_BUS_ADDRESS.
	Address string

	dir    string
	daemon *daemon
}

// StartBus starts a bus and returns when it accepts connections.
func StartBus(ctx context.Context) (*Bus, error) { return startBus(ctx, nil, "") }

// StartActivatingBus starts a bus that starts a Secret Service when one is called for, as a desktop's does, in a home of
// which the caller says where it is.
func StartActivatingBus(ctx context.Context, home string) (*Bus, error) {
	env := []string{"HOME=" + home, "XDG_DATA_HOME=", "XDG_RUNTIME_DIR=", "XDG_CACHE_HOME="}
	return startBus(ctx, env, "[D-BUS Service]\nName="+name+"\nExec=/usr/bin/env gnome-keyring-daemon --start --foreground --components=secrets\n")
}

// startBus starts a bus with more in its environment, and with a file that says what it can start.
func startBus(ctx context.Context, env []string, service string) (*Bus, error) {
	// Not below a test's own directory: a socket's path must be shorter than 108 bytes.
	dir, err := os.MkdirTemp("", "apitok-bus-")
	if err != nil {
		return nil, err
	}
	b := &Bus{dir: dir}
	if err := b.start(ctx, env, service); err != nil {
		return nil, errors.Join(fmt.Errorf("private session bus: %w", err), b.Stop())
	}
	return b, nil
}

func (b *Bus) start(ctx context.Context, env []string, service string) error {
	file, servicedir := filepath.Join(b.dir, "bus.conf"), ""
	if service != "" {
		servicedir = "\n  <servicedir>" + b.dir + "</servicedir>"
		if err := os.WriteFile(filepath.Join(b.dir, name+".service"), []byte(service), 0o600); err != nil {
			return err
		}
	}
	if err := os.WriteFile(file, fmt.Appendf(nil, config, b.dir, servicedir), 0o600); err != nil {
		return err
	}
	address, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer address.Close()
	var log tail
	cmd := exec.Command("dbus-daemon", "--nofork", "--nopidfile", "--print-address=1", "--config-file="+file)
	cmd.Stdout, cmd.Stderr, cmd.Env = w, &log, append(os.Environ(), env...)
	b.daemon, err = start(cmd)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	return b.daemon.waitFor(ctx, &log, func(context.Context) error {
		// Ends also when the daemon does: ours was the only other copy of the writing end.
		line, err := bufio.NewReader(address).ReadString('\n')
		b.Address = strings.TrimSpace(line)
		return err
	})
}

// Dir holds all of its files, for whoever has to remove them if Stop is never called.
func (b *Bus) Dir() string { return b.dir }

// Env is what a process needs to find this bus.
func (b *Bus) Env() []string { return []string{"DBUS_SESSION_BUS_ADDRESS=" + b.Address} }

// Stop ends the bus and removes its files.
func (b *Bus) Stop() error {
	var err error
	if b.daemon != nil {
		err = b.daemon.stop()
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}
