package testkit

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A Breakage is what becomes of the nth byte, counted from 0, that a bus sends to one who called it: out goes on instead,
// and the connection ends before it where end is true.
type Breakage func(n int, in byte) (out byte, end bool)

// CutAt ends the connection after n bytes.
func CutAt(n int) Breakage { return func(at int, in byte) (byte, bool) { return in, at >= n } }

// RubbishAt sends noise from the nth byte on.
func RubbishAt(n int) Breakage {
	return func(at int, in byte) (byte, bool) {
		if at >= n {
			return byte(at*167 + 43), false
		}
		return in, false
	}
}

// BrokenBus is the way to the bus that env leads to, with the given damage on the way back.
func BrokenBus(t testing.TB, env []string, damage Breakage) (broken []string) {
	t.Helper()
	_, whole, ok := strings.Cut(strings.Join(env, ""), "unix:path=")
	if !ok {
		t.Fatalf("%q names no socket", env)
	}
	whole, _, _ = strings.Cut(whole, ",")
	dir, err := os.MkdirTemp("", "apitok-broken-") //nolint:usetesting // a socket's path must be shorter than 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "bus")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		listener.Close()
		os.RemoveAll(dir)
	})
	go func() {
		for {
			caller, err := listener.AcceptUnix()
			if err != nil {
				return
			}
			go relay(caller, whole, damage)
		}
	}()
	return []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=" + socket}
}

// relay goes on reading after the end of what it answers, as a bus does that closes in good order: the caller sees an end and
// no reset. What fails on the way is seen by the caller, as it should be.
func relay(caller *net.UnixConn, whole string, damage Breakage) {
	defer caller.CloseWrite() //nolint:errcheck // see above
	bus, err := net.Dial("unix", whole)
	if err != nil {
		return
	}
	defer bus.Close()
	go func() {
		defer caller.Close()
		_, _ = io.Copy(bus, caller)        //nolint:errcheck // see above
		_, _ = io.Copy(io.Discard, caller) //nolint:errcheck // see above
	}()
	buffer := make([]byte, 4096)
	for at := 0; ; {
		n, err := bus.Read(buffer)
		for i := range n {
			out, end := damage(at, buffer[i])
			if end {
				_, _ = caller.Write(buffer[:i]) //nolint:errcheck // see above
				return
			}
			buffer[i] = out
			at++
		}
		if _, failed := caller.Write(buffer[:n]); err != nil || failed != nil {
			return
		}
	}
}
