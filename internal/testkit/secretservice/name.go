package secretservice

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

const name = "org.freedesktop.secrets"

// owned returns once somebody answers to the Secret Service's name.
func (b *Bus) owned(ctx context.Context) error { return b.await(ctx, true) }

// left returns once nobody answers to it any more.
func (b *Bus) left(ctx context.Context) error { return b.await(ctx, false) }

// await subscribes to the name's changes before it asks, so that no change falls between the two.
func (b *Bus) await(ctx context.Context, want bool) (err error) {
	conn, err := dbus.Connect(b.Address, dbus.WithContext(ctx))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	changes := make(chan *dbus.Signal, 8)
	conn.Signal(changes)
	rule := []dbus.MatchOption{
		dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name),
	}
	if err := conn.AddMatchSignalContext(ctx, rule...); err != nil {
		return err
	}
	for {
		var has bool
		if err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has); err != nil {
			return err
		}
		if has == want {
			return nil
		}
		select {
		case _, open := <-changes:
			if !open {
				return fmt.Errorf("the bus ended before %s changed hands", name)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
