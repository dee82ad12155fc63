package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// A tracer looks for the secrets that it has seen.
type tracer struct {
	*workshop
	secrets []string
}

// TestSecretsLeaveNoTrace: of what credentials are made of, nothing is found afterwards where it does not belong.
func TestSecretsLeaveNoTrace(t *testing.T) {
	for _, store := range []string{"keyring", "file", "kernel"} {
		t.Run(store, func(t *testing.T) {
			if there, err := condition("kernelkeys"); store == "kernel" && (err != nil || !there) {
				t.Skip("the kernel keeps no keys here")
			}
			w := newWorkshop(t)
			// What apitok reads for itself; those that it does not need here are for nobody else either.
			mine := []string{"APITOK_STORE_PASSPHRASE=correct horse battery staple", "APITOK_LOGIN_PASSWORD=guessed by nobody", "APITOK_CLIENT_SECRET=of another client"}
			tr := &tracer{workshop: w.at(t, append(mine, "APITOK_STORE="+store)...)}
			for _, pair := range append(mine, "="+w.getenv("APITOK_LOGIN_CLIENT_SECRET")) {
				_, secret, _ := strings.Cut(pair, "=")
				tr.secrets = append(tr.secrets, forms(w.getenv("APITOK_LOGIN_CLIENT_ID"), secret)...)
			}
			tr.credentials()
			tr.child()
			tr.child("--token-file", filepath.Join(w.getenv("HOME"), "run", "token"))
			tr.whileItWaits()
			tr.must(0, "store", "status", "-v")
			tr.demandNone("HOME", []byte(contents(t, w.getenv("HOME"))))
			tr.must(0, "forget", "alice/ci") // nothing stays in the kernel
		})
	}
}

func (tr *tracer) demandNone(where string, text []byte) {
	tr.t.Helper()
	demandNone(tr.t, where, text, tr.secrets)
}

// shows runs a command that has secrets on stdout, for they are asked for by name, and nowhere else.
func (tr *tracer) shows(args ...string) []byte {
	tr.t.Helper()
	out := tr.stdout(args...)
	for _, word := range strings.FieldsFunc(string(out), func(r rune) bool { return strings.ContainsRune(" \n\t='\"", r) }) {
		if len(word) >= 32 {
			tr.secrets = append(tr.secrets, forms("apitok.alice.ci", word)...)
		}
	}
	return out
}

// stdout runs a command that has no secrets on stderr.
func (tr *tracer) stdout(args ...string) []byte {
	tr.t.Helper()
	cmd := tr.command(args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		tr.t.Fatalf("apitok %v: %v: %s", args, err, &stderr)
	}
	tr.demandNone("stderr of "+args[0], stderr.Bytes())
	return out
}

// credentials makes secrets and tokens, and has all verbs talk that know of them.
func (tr *tracer) credentials() {
	before := len(tr.secrets)
	first := tr.shows("create", "alice/ci", "--no-roles", "-o", "kubernetes", "-v")
	tr.shows("token", "alice/ci", "-v")
	second := tr.shows("rotate", "alice/ci", "-o", "github-actions", "-v")
	tr.shows("token", "alice/ci", "-v", "-o", "header")
	if bytes.Equal(first, second) || len(tr.secrets) < before+4*len(forms("", "")) {
		tr.t.Fatal("the secrets were not seen")
	}
	for _, args := range [][]string{
		{"list", "-v", "-o", "json"}, {"show", "alice/ci", "-v"}, {"doctor", "-v"}, {"sync", "--all", "-v"}, {"edit", "alice/ci", "--description", "x", "-v"},
	} {
		_, said := tr.run(args...)
		tr.demandNone("output of "+args[0], []byte(said))
	}
}

// child demands that a program which is run with a token has it in its environment, once, and of the other secrets none;
// and that nobody has one among his arguments meanwhile.
func (tr *tracer) child(flags ...string) {
	exec := slices.Concat([]string{"exec", "alice/ci", "-v"}, flags)
	given := 0
	for _, pair := range strings.Split(string(tr.stdout(append(exec, "--", "cat", "/proc/self/environ")...)), "\x00") {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case name == "APITOK_TOKEN" && strings.HasPrefix(value, "eyJ"):
			given++
			tr.secrets = append(tr.secrets, forms("apitok.alice.ci", value)...)
		case slices.Contains([]string{"APITOK_CLIENT_SECRET", "APITOK_STORE_PASSPHRASE", "APITOK_LOGIN_CLIENT_SECRET", "APITOK_LOGIN_PASSWORD"}, name):
			tr.t.Errorf("the program is given %s", name)
		default:
			tr.demandNone("its "+name, []byte(value))
		}
	}
	if given != 1 {
		tr.t.Errorf("the program is given the token %d times", given)
	}
	lines := tr.command(append(exec, "--", "sh", "-c", "cat /proc/[0-9]*/cmdline; echo end")...)
	out, err := lines.Output()
	if err != nil || !bytes.Contains(out, []byte("alice/ci")) && flags != nil || !bytes.HasSuffix(out, []byte("end\n")) {
		tr.t.Fatalf("the command lines were not seen: %v", err)
	}
	tr.demandNone("a command line beside exec", out)
}

// whileItWaits looks at all command lines while a secret is on its way.
func (tr *tracer) whileItWaits() {
	gate := testkit.NewGate(tr.t)
	tr.proxy.Reset()
	tr.proxy.When(testkit.Always(), testkit.HoldAfter(gate))
	cmd := tr.command("token", "alice/ci", "--force", "-v")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = nil, &said
	if err := cmd.Start(); err != nil {
		tr.t.Fatal(err)
	}
	<-gate.Arrived
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(lines) == 0 {
		tr.t.Fatal("no process has a command line", err)
	}
	for _, file := range lines {
		if line, err := os.ReadFile(file); err == nil { // it may have ended
			tr.demandNone(file, line)
		}
	}
	gate.Open()
	if err := cmd.Wait(); err != nil {
		tr.t.Error(err)
	}
	tr.demandNone("stderr", said.Bytes())
}
