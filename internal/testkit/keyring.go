package testkit

import (
	"os/exec"
	"runtime"
	"testing"

	"github.com/apitok/apitok/internal/testkit/secretservice"
)

// Keyring starts a Secret Service of the test's own, empty and unlocked, and returns the environment that leads to it.
func Keyring(t testing.TB) (env []string) {
	t.Helper()
	return keyring(t).Env()
}

// LockedKeyring is Keyring with the default collection locked and nobody there to unlock it.
func LockedKeyring(t testing.TB) (env []string) {
	t.Helper()
	k := keyring(t)
	if err := k.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	return k.Env()
}

// HungKeyring is Keyring with a service that takes calls and never answers.
func HungKeyring(t testing.TB) (env []string) {
	t.Helper()
	k := keyring(t)
	if err := k.Suspend(); err != nil {
		t.Fatal(err)
	}
	return k.Env()
}

// NoSecretService starts a session bus on which nobody keeps secrets and no service can be started.
func NoSecretService(t testing.TB) (env []string) {
	t.Helper()
	need(t, "dbus-daemon")
	bus, err := secretservice.StartBus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, bus.Stop) })
	return bus.Env()
}

// BareKeyring is Keyring without a default collection, as where nobody ever signed in to a desktop.
func BareKeyring(t testing.TB) (env []string) {
	t.Helper()
	need(t, "dbus-daemon", "gnome-keyring-daemon")
	k, err := secretservice.StartBareKeyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, k.Stop) })
	return k.Env()
}

// UnansweredKeyring is LockedKeyring with a window on the screen that asks for the password and that nobody looks at. asked
// gets a value when it has opened; end ends the bus under all who wait.
func UnansweredKeyring(t testing.TB) (env []string, asked <-chan struct{}, end func()) {
	t.Helper()
	k := keyring(t)
	if err := k.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	asked, leave, err := k.AskNobody()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, leave) })
	return k.Env(), asked, func() { stop(t, k.Bus.Stop) }
}

// HomelessKeyring is a bus that starts a Secret Service when one is called for, which cannot write to its home and hangs.
func HomelessKeyring(t testing.TB) (env []string) {
	t.Helper()
	need(t, "dbus-daemon", "gnome-keyring-daemon")
	bus, err := secretservice.StartActivatingBus(t.Context(), "/proc")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, bus.Stop) })
	return bus.Env()
}

func keyring(t testing.TB) *secretservice.Keyring {
	t.Helper()
	need(t, "dbus-daemon", "gnome-keyring-daemon")
	k, err := secretservice.StartKeyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, k.Stop) })
	return k
}

// need skips the test where there is no Secret Service; testbed sees to it that Linux has one.
func need(t testing.TB, programs ...string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the Secret Service is Linux's")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("no %s: run `make test`, which installs it or says how to", p)
		}
	}
}

func stop(t testing.TB, f func() error) {
	t.Helper()
	if err := f(); err != nil {
		t.Error(err)
	}
}
