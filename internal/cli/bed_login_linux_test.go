package cli_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// A desk is a machine at which people sign in to a realm that is ready for it.
type desk struct {
	t     *testing.T
	realm *testkit.Realm
	proxy *testkit.FaultProxy
	home  string
	env   []string
}

// newDesk makes one whose realm and client for login differ from the usual ones as edit
// and client say.
func newDesk(t *testing.T, edit func(realm map[string]any), client map[string]any) *desk {
	t.Parallel()
	if edit == nil {
		edit = func(map[string]any) {}
	}
	realm := testkit.Keycloak(t).RealmWith(t, edit)
	realm.LoginClient(t, client)
	proxy := testkit.Proxy(t, realm.URL)
	d := &desk{t: t, realm: realm, proxy: proxy, home: t.TempDir()}
	d.env = append(testkit.Keyring(t), "PATH="+os.Getenv("PATH"), "HOME="+d.home)
	d.must(0, "profile", "add", "work", "--server", proxy.URL, "--realm", realm.Name)
	return d
}

func (d *desk) command(args ...string) *exec.Cmd {
	cmd := exec.Command("apitok", args...)
	cmd.Env = d.env
	return cmd
}

// must runs a command, demands an exit code and returns what it wrote.
func (d *desk) must(code int, args ...string) (stdout, stderr string) {
	d.t.Helper()
	var out, said strings.Builder
	cmd := d.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	var failed *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &failed) {
		d.t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		d.t.Fatalf("apitok %s ended with %d, not %d: %s", strings.Join(args, " "), got, code, said.String())
	}
	return out.String(), said.String()
}

// oneRefresh runs a command twenty times at once, of which one asks the server for a token.
func (d *desk) oneRefresh(args ...string) {
	d.t.Helper()
	d.proxy.Reset()
	d.atOnce(20, args...)
	refreshes := slices.DeleteFunc(d.proxy.Requests(), func(r string) bool { return !strings.HasSuffix(r, "/token") })
	if len(refreshes) != 1 {
		d.t.Errorf("%d refreshes", len(refreshes))
	}
}

// atOnce runs a command so many times at once; all succeed.
func (d *desk) atOnce(many int, args ...string) {
	d.t.Helper()
	codes := make(chan int)
	for range many {
		cmd := d.command(args...)
		go func() {
			_ = cmd.Run() //nolint:errcheck // its exit code is looked at
			codes <- cmd.ProcessState.ExitCode()
		}()
	}
	for range many {
		if code := <-codes; code != 0 {
			d.t.Errorf("one of %d ended with %d", many, code)
		}
	}
}

// A login is apitok login under way.
type login struct {
	t    *testing.T
	cmd  *exec.Cmd
	said *bufio.Reader
	all  strings.Builder
	once sync.Once
}

func (d *desk) login(args ...string) *login {
	d.t.Helper()
	return d.start(append([]string{"login"}, args...)...)
}

// start runs a command that has a person sign in.
func (d *desk) start(args ...string) *login {
	d.t.Helper()
	l := &login{t: d.t, cmd: d.command(args...)}
	pipe, err := l.cmd.StderrPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	l.said = bufio.NewReader(pipe)
	if err := l.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(l.stop)
	return l
}

func (l *login) stop() {
	l.once.Do(func() {
		// It may have ended by itself.
		_ = l.cmd.Process.Kill()
		_ = l.cmd.Wait() //nolint:errcheck // its exit code is looked at
	})
}

// await reads what it says until a line matches, and returns the first group.
func (l *login) await(pattern string) string {
	l.t.Helper()
	for {
		line, err := l.said.ReadString('\n')
		l.all.WriteString(line)
		if found := regexp.MustCompile(pattern).FindStringSubmatch(line); found != nil {
			return found[1]
		}
		if err != nil {
			l.t.Fatalf("it did not say %s: %s", pattern, l.all.String())
		}
	}
}

// address is where the person is to sign in.
func (l *login) address() string {
	l.t.Helper()
	return l.await(`open this address in a browser of this machine: (\S+)`)
}

// ends demands an exit code and returns all that was said.
func (l *login) ends(code int) string {
	l.t.Helper()
	rest, err := io.ReadAll(l.said)
	if err != nil {
		l.t.Fatal(err)
	}
	l.all.Write(rest)
	l.once.Do(func() {
		_ = l.cmd.Wait() //nolint:errcheck // its exit code is looked at
	})
	if got := l.cmd.ProcessState.ExitCode(); got != code {
		l.t.Fatalf("apitok ended with %d, not %d: %s", got, code, l.all.String())
	}
	return l.all.String()
}

// enter fills in Keycloak's login page.
func enter(b *testkit.Browser, username string) {
	b.Fill("#username", username)
	b.Fill("#password", username+"-password")
	b.Click("#kc-login")
}

// redirect is where an address asks that the browser brings the answer, with the
// parameters that the answer is to have.
func redirect(t *testing.T, address string, answer url.Values) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if !answer.Has("state") {
		answer.Set("state", u.Query().Get("state"))
	}
	return u.Query().Get("redirect_uri") + "?" + answer.Encode()
}

// get asks for a page and returns its status.
func get(t *testing.T, address string) int {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// desktop gives the machine a display whose browser hands on what it is to open.
func (d *desk) desktop() (opened func() string) {
	d.t.Helper()
	if _, err := exec.LookPath("xdg-open"); err != nil {
		d.t.Skip("no xdg-open: install xdg-utils")
	}
	answer := filepath.Join(d.home, "opened")
	if out, err := exec.Command("mkfifo", answer).CombinedOutput(); err != nil {
		d.t.Fatalf("%v: %s", err, out)
	}
	script := filepath.Join(d.home, "browser")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho \"$1\" >"+answer+"\n"), 0o700); err != nil {
		d.t.Fatal(err)
	}
	d.env = append(d.env, "BROWSER="+script)
	return func() string {
		d.t.Helper()
		text, err := os.ReadFile(answer)
		if err != nil {
			d.t.Fatal(err)
		}
		return strings.TrimSpace(string(text))
	}
}
