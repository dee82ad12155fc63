package testkit

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/google/go-cmp/cmp"
)

// locked asks the Secret Service in env whether its default collection is locked.
func locked(ctx context.Context, t *testing.T, env []string) (bool, error) {
	t.Helper()
	address, _ := strings.CutPrefix(env[0], "DBUS_SESSION_BUS_ADDRESS=")
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var collection dbus.ObjectPath
	service := conn.Object("org.freedesktop.secrets", "/org/freedesktop/secrets")
	call := service.CallWithContext(ctx, "org.freedesktop.Secret.Service.ReadAlias", 0, "default")
	if err := call.Store(&collection); err != nil {
		return false, err
	}
	if collection == "/" {
		return false, errors.New("no default collection")
	}
	state, err := conn.Object("org.freedesktop.secrets", collection).GetProperty("org.freedesktop.Secret.Collection.Locked")
	if err != nil {
		return false, err
	}
	return state.Value().(bool), nil
}

func TestKeyrings(t *testing.T) {
	type state struct {
		Locked bool
		Err    string
	}
	for name, tc := range map[string]struct {
		start func(testing.TB) []string
		want  state
	}{
		"unlocked": {Keyring, state{}},
		"locked":   {LockedKeyring, state{Locked: true}},
		"none":     {NoSecretService, state{Err: "The name org.freedesktop.secrets was not provided by any .service files"}},
		"hung":     {HungKeyring, state{Err: "context deadline exceeded"}},
	} {
		t.Run(name, func(t *testing.T) {
			env := tc.start(t)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			var got state
			var err error
			if got.Locked, err = locked(ctx, t, env); err != nil {
				got.Err = err.Error()
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeyringLeavesNothing looks for the files and the bus of a keyring after its test.
func TestKeyringLeavesNothing(t *testing.T) {
	var dir, address string
	t.Run("scene", func(t *testing.T) {
		k := keyring(t)
		dir, address = k.Dir(), k.Address
	})
	if dir == "" {
		t.Skip("no keyring")
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its directory: %v", err)
	}
	if conn, err := dbus.Connect(address); err == nil {
		conn.Close()
		t.Error("its bus is there")
	}
}
