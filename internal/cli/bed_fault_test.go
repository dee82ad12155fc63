package cli_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apitok/apitok/internal/testkit"
)

// tokenRequests match what apitok token sends.
func tokenRequests() testkit.Match {
	return testkit.Route(http.MethodPost, "/protocol/openid-connect/token$")
}

// proxy puts a faulty proxy in front of the server and its address in $PROXY:
// proxy slow|busy|busy-once|no-token-for CLIENT-ID
func (b *bed) proxy(ts *testscript.TestScript, _ bool, args []string) {
	p := testkit.Proxy(b.t, b.realm.URL)
	busy := testkit.Answer(http.StatusServiceUnavailable, 0)
	switch args[0] {
	case "slow":
		p.When(tokenRequests(), testkit.Delay(time.Minute))
	case "busy":
		p.When(tokenRequests(), busy)
	case "busy-once":
		p.When(testkit.First(1, tokenRequests()), busy)
	case "no-token-for":
		p.When(func(n int, r *http.Request) bool {
			id, _, ok := r.BasicAuth()
			return ok && id == args[1] && tokenRequests()(n, r)
		}, busy)
	default:
		ts.Fatalf("no proxy is called %s", args[0])
	}
	ts.Setenv("PROXY", p.URL)
}

// tlsFront puts an HTTPS server with a certificate authority of its own in front
// of the server: its address is in $TLS_SERVER, the authority in $CA_FILE.
func (b *bed) tlsFront(ts *testscript.TestScript, _ bool, _ []string) {
	url, caFile := testkit.TLSFront(b.t, b.realm.URL)
	ts.Setenv("TLS_SERVER", url)
	ts.Setenv("CA_FILE", caFile)
}

// tinyDisk sets a variable to a folder on a file system that is full:
// tinydisk VARIABLE
func (b *bed) tinyDisk(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], testkit.TinyDisk(b.t))
}

// rotationPolicy gives the realm a client-secret-rotation policy:
// rotationpolicy EXPIRATION GRACE
func (b *bed) rotationPolicy(ts *testscript.TestScript, _ bool, args []string) {
	expiration, err := time.ParseDuration(args[0])
	ts.Check(err)
	grace, err := time.ParseDuration(args[1])
	ts.Check(err)
	b.realm.RotationPolicy(b.t, testkit.Rotation{Expiration: expiration, Grace: grace, Remaining: time.Second})
}

// brokenPipe runs a program whose stdout nobody reads, and demands an exit code:
// brokenpipe CODE PROGRAM ARGS...
func brokenPipe(ts *testscript.TestScript, _ bool, args []string) {
	reader, writer, err := os.Pipe()
	ts.Check(err)
	ts.Check(reader.Close())
	defer writer.Close()
	program, err := exec.LookPath(args[1])
	ts.Check(err)
	cmd := exec.Command(program, args[2:]...)
	cmd.Args[0] = args[1] // testscript's programs go by this name
	cmd.Dir = ts.MkAbs(".")
	cmd.Stdout, cmd.Stderr = writer, ts.Stderr()
	for _, name := range []string{"HOME", "PATH", "DBUS_SESSION_BUS_ADDRESS"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	var failed *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &failed) {
		ts.Fatalf("%v", err)
	}
	if got := fmt.Sprint(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("%s ended with %s, not %s", strings.Join(args[1:], " "), got, args[0])
	}
}
