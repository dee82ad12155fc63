package cli_test

import (
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// What is waited for has to come within patience, also on a machine that is busy. Who waits
// asks only now and then, which leaves the machine to what is waited for.
const (
	patience = 2 * time.Minute
	respite  = 100 * time.Millisecond
)

// asksUntil asks until it is so, and returns whether it came to that.
func asksUntil(so func() bool) bool {
	for deadline := time.Now().Add(patience); !so(); time.Sleep(respite) {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}

// eventually asks until it is so.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	if !asksUntil(so) {
		t.Fatalf("after %v it is not so that %s", patience, what)
	}
}

// until runs a program again and again until it ends with an exit code; the log has what
// it wrote: until CODE PROGRAM ARGS...
func until(ts *testscript.TestScript, _ bool, args []string) {
	last := ""
	if !asksUntil(func() bool { last = exitCode(ts, args[1:]); return last == args[0] }) {
		ts.Fatalf("after %v %q still ends with %s, not %s", patience, args[1:], last, args[0])
	}
}
