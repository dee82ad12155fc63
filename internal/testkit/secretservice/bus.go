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

// config has no service directory, so that a name nobody owns stays unknown instead of starting a daemon.
const config = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=%s</listen>
  <auth>EXTERNAL</auth>
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
func StartBus(ctx context.Context) (*Bus, error) {
	// Not below a test's own directory: a socket's path must be shorter than 108 bytes.
	dir, err := os.MkdirTemp("", "apitok-bus-")
	if err != nil {
		return nil, err
	}
	b := &Bus{dir: dir}
	if err := b.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("private session bus: %w", err), b.Stop())
	}
	return b, nil
}

func (b *Bus) start(ctx context.Context) error {
	file := filepath.Join(b.dir, "bus.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, config, b.dir), 0o600); err != nil {
		return err
	}
	address, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer address.Close()
	var log tail
	cmd := exec.Command("dbus-daemon", "--nofork", "--nopidfile", "--print-address=1", "--config-file="+file)
	cmd.Stdout, cmd.Stderr = w, &log
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
