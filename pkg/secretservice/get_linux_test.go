package secretservice

import (
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ample is far more than an answer takes.
const ample = 10 * time.Second

// TestAnotherBus answers something else than a bus does, in the middle of the talk.
func TestAnotherBus(t *testing.T) {
	reply := func(serial byte, body string) string {
		return "l\x02\x01\x01" + string(rune(len(body))) + "\x00\x00\x00\x01\x00\x00\x00\x08\x00\x00\x00\x05\x01u\x00" + string(rune(serial)) + "\x00\x00\x00" + body
	}
	const opened = "\x01s\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00/s\x00"
	const found, none = "\x07\x00\x00\x00\x02\x00\x00\x00/i\x00", "\x00\x00\x00\x00"
	const locked = "\x01b\x00\x00\x01\x00\x00\x00"
	const secret = "\x02\x00\x00\x00/s\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00word\x00\x00\x00\x00\x00"
	hello := "OK 1\r\n" + reply(1, "")
	searched := hello + reply(2, found)
	for _, answer := range []string{
		"", "x", "\r\n", "REJECTED EXTERNAL\r\n", strings.Repeat("OK", maxLine), "OK 1\r\n", "OK 1\r\n" + strings.Repeat("x", 100), hello,
		"OK 1\r\nB" + reply(1, "")[1:],
		"OK 1\r\nl\x02\x01\x01\xff\xff\xff\xff\x01\x00\x00\x00\x08\x00\x00\x00",
		"OK 1\r\nl\x02\x01\x01\x01\x00\x00\x00\x01\x00\x00\x00\xf0\xff\xff\xff",
		"OK 1\r\nl\x02\x01\x01\x00\x00\x00\x00\x01\x00\x00\x00\x08\x00\x00\x00\x05\x01z\x00\x01\x00\x00\x00",
		hello + reply(2, "\x08\x00\x00\x00\xff\xff\xff\x7f/i\x00"),
		hello + reply(2, none) + reply(3, locked), hello + reply(2, none) + reply(3, "\x01b"),
		searched, searched + reply(3, ""), searched + reply(3, opened),
		searched + reply(3, opened) + reply(4, "\x02\x00\x00\x00/s") + reply(5, ""),
		searched + reply(3, opened) + reply(4, secret),
	} {
		got, err := Get("unix:path="+serve(t, answer), "apitok", "x", ample)
		if !errors.Is(err, ErrNoAnswer) {
			t.Errorf("%q: %q, %v", answer, got, err)
		}
	}
	good := searched + reply(3, opened) + reply(4, secret) + reply(5, "")
	if got, err := Get("unix:path="+serve(t, good), "apitok", "x", ample); got != "word" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// serve listens on a socket, gives one answer and hangs up.
func serve(t *testing.T, answer string) (path string) {
	path = filepath.Join(t.TempDir(), "bus")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.Write([]byte(answer))        //nolint:errcheck // the one who asks will see
		conn.(*net.UnixConn).CloseWrite() //nolint:errcheck // as above
		io.Copy(io.Discard, conn)         //nolint:errcheck // lets every question be sent
	}()
	return path
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"unix:path=/run/user/1/bus":          "/run/user/1/bus",
		"unix:path=/run/user/1/bus,guid=abc": "/run/user/1/bus",
		"unix:abstract=/tmp/dbus-x,guid=abc": "@/tmp/dbus-x",
		"unix:path=/a;unix:path=/b":          "/a",
		"unix:path=/a%20b":                   "",
		"unix:tmpdir=/tmp":                   "",
		"tcp:host=localhost,port=1":          "",
		"autolaunch:":                        "",
		"":                                   "",
	} {
		if got, ok := socket(address); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", address, got, ok)
		}
	}
}
