//go:build !windows && !darwin

package keystore

import (
	"os"
	"strconv"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// reachable looks for a session bus in the places where the D-Bus library does.
// Where there is none, that library would start one, and a keyring daemon with
// it, and leave both running.
func reachable() error {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return nil
	}
	folder := "/run/user/" + strconv.Itoa(os.Getuid())
	if _, err := os.Stat(folder + "/bus"); err == nil {
		return nil
	}
	// It counts for that library only if it names an address.
	text, err := os.ReadFile(folder + "/dbus-session") //nolint:gosec // the session's own folder
	if address, ok := strings.CutPrefix(string(text), "DBUS_SESSION_BUS_ADDRESS="); err == nil && ok && strings.TrimSpace(address) != "" {
		return nil
	}
	return &apitok.Error{Kind: apitok.StoreFailed, Message: "there is no keyring", Cause: absent{"no D-Bus session bus"},
		Hint: "sign in to a desktop session or start one with dbus-run-session, or " + elsewhere}
}
