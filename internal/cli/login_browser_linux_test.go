package cli_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
)

// TestLoginWithTheBrowser: the system's browser opens on Keycloak's own page, a person
// signs in there, and administrator verbs run with that person's rights and name.
func TestLoginWithTheBrowser(t *testing.T) {
	d := newDesk(t, nil, nil)
	d.realm.Must(t, "PUT", "/events/config", map[string]any{"adminEventsEnabled": true}, nil)
	b := testkit.Chromium(t)
	opened := d.desktop()
	l := d.login()
	b.Open(opened())
	enter(b, "mallory")
	if got := b.Text("h1"); got != "Signed in" {
		t.Fatalf("the browser shows %q", got)
	}
	if address, page := b.Address(), b.Source(); strings.Contains(address+page, "code=") || strings.Contains(address+page, "state=") {
		t.Errorf("the browser stays at %s: %s", address, page)
	}
	if said := l.ends(0); !strings.Contains(said, "as mallory") {
		t.Errorf("it says %s", said)
	}
	d.must(0, "create", "alice/ci", "--no-roles")
	var events []struct {
		AuthDetails struct {
			UserID string `json:"userId"`
		} `json:"authDetails"`
	}
	d.realm.Must(t, "GET", "/admin-events?resourcePath=clients/*&operationTypes=CREATE", nil, &events)
	if mallory := d.realm.User(t, "mallory"); len(events) == 0 || events[0].AuthDetails.UserID != mallory {
		t.Errorf("the events name %v, not %s", events, mallory)
	}
	out, _ := d.must(0, "whoami")
	for _, line := range []string{"account\tmallory\n", "signed in by\tbrowser\n", "via\tapitok-cli\n", "session ends\t20", "secrets in\t", "create, sync", ", setup, setup impersonation\n"} {
		if !strings.Contains(out, line) {
			t.Errorf("whoami lacks %q: %s", line, out)
		}
	}
	d.must(0, "logout")
	d.must(4, "list")
	if _, said := d.must(0, "logout"); said != "" {
		t.Errorf("a second logout says %s", said)
	}
	var sessions []any
	d.realm.Must(t, "GET", "/users/"+d.realm.User(t, "mallory")+"/sessions", nil, &sessions)
	if len(sessions) > 0 {
		t.Errorf("the server goes on with %v", sessions)
	}
}

// TestLoginWithACode: where there is no browser, with one of another machine.
func TestLoginWithACode(t *testing.T) {
	d := newDesk(t, nil, nil)
	b := testkit.Chromium(t)
	l := d.login("--qr")
	code := l.await(`enter the code (\S+)`)
	complete := l.await(`the code in it: (\S+)`)
	l.await("(█████)")
	page, _, _ := strings.Cut(complete, "?")
	b.Open(page)
	b.Fill("[name=device_user_code]", code)
	b.Click("#kc-login")
	enter(b, "alice")
	b.Click("[name=accept]")
	l.ends(0)
	if out, _ := d.must(0, "whoami", "-o", "json"); !strings.Contains(out, `"signed_in_by": "device"`) || !strings.Contains(out, `"may": [
    "token",
    "exec",
    "exchange",
    "impersonate",
    "inspect",
    "import",
    "forget"
  ]`) {
		t.Errorf("whoami shows %s", out)
	}
	d.must(4, "show", "alice/ci")

	l = d.login("--device")
	b.Open(l.await(`the code in it: (\S+)`))
	b.Click("[name=cancel]")
	if said := l.ends(4); !strings.Contains(said, "refused in the browser") {
		t.Errorf("it says %s", said)
	}
}

// TestLoginWithACodeThatEnds: nobody enters it.
func TestLoginWithACodeThatEnds(t *testing.T) {
	d := newDesk(t, func(realm map[string]any) { realm["oauth2DeviceCodeLifespan"] = 2 }, nil)
	if said := d.login("--device").ends(4); !strings.Contains(said, "ended before anyone entered it") {
		t.Errorf("it says %s", said)
	}
}

// TestLoginDenied: the person does not agree.
func TestLoginDenied(t *testing.T) {
	d := newDesk(t, nil, map[string]any{"consentRequired": true})
	b := testkit.Chromium(t)
	l := d.login("--no-browser")
	b.Open(l.address())
	enter(b, "alice")
	b.Click("[name=cancel]")
	if got := b.Text("h1"); got != "Not signed in" {
		t.Errorf("the browser shows %q", got)
	}
	if said := l.ends(4); !strings.Contains(said, "refused in the browser") {
		t.Errorf("it says %s", said)
	}
	d.must(4, "whoami")
}

// TestLoginAnswers: what the browser brings that is not the server's answer to this
// sign-in.
func TestLoginAnswers(t *testing.T) {
	d := newDesk(t, nil, nil)
	issuer := d.proxy.URL + "/realms/" + d.realm.Name
	l := d.login("--no-browser", "--wait", "1m")
	address := l.address()
	if status := get(t, redirect(t, address, url.Values{"state": {"stolen"}, "code": {"c"}, "iss": {issuer}})); status != 400 {
		t.Errorf("a wrong state gets %d", status)
	}
	if status := get(t, redirect(t, address, url.Values{"code": {"c"}, "iss": {d.realm.URL + "/realms/master"}})); status != 200 {
		t.Errorf("a wrong issuer gets %d", status)
	}
	if said := l.ends(4); !strings.Contains(said, "was not given by "+issuer) {
		t.Errorf("it says %s", said)
	}
	for name, answer := range map[string]url.Values{
		"was not given by":       {"code": {"c"}},
		"refused the sign-in":    {"code": {"c"}, "iss": {issuer}},
		"server_error: \\u001b[": {"error": {"server_error"}, "error_description": {"\x1b[31m"}, "iss": {issuer}},
	} {
		l := d.login("--no-browser")
		get(t, redirect(t, l.address(), answer))
		if said := l.ends(4); !strings.Contains(said, name) {
			t.Errorf("it says %q, not %q", said, name)
		}
	}
	// A tab that was closed.
	if said := d.login("--no-browser", "--wait", "1s").ends(4); !strings.Contains(said, "nobody signed in within 1s") {
		t.Errorf("it says %s", said)
	}
	// Who was not told where to sign in is not waited for.
	d.proxy.When(testkit.Always(), testkit.Delay(time.Minute))
	for _, way := range []string{"--no-browser", "--device"} {
		if said := d.login(way, "--wait", "1s", "--timeout", "2s").ends(7); strings.Contains(said, "nobody") {
			t.Errorf("%s: it says %s", way, said)
		}
	}
	d.proxy.Reset()
	d.must(4, "list")
}

// TestLoginWhereItCannot: a realm that was not prepared, and a machine at which nobody
// sits.
func TestLoginWhereItCannot(t *testing.T) {
	d := newDesk(t, nil, nil)
	for _, args := range [][]string{{"--no-browser", "--via", "nobody"}, {"--device", "--via", "nobody"}, {"--device", "--via", "orders-api"}} {
		if said := d.login(args...).ends(4); !strings.Contains(said, "hint: an administrator prepares the realm with apitok setup") {
			t.Errorf("%v: %s", args, said)
		}
	}
	if _, said := d.must(2, "login"); !strings.Contains(said, "neither a display nor a terminal") || !strings.Contains(said, "--device") {
		t.Errorf("it says %s", said)
	}
	d.env = append(d.env, "DISPLAY=:0", "CI=true")
	d.must(2, "login")
	d.env = append(d.env, "CI=", "PATH=/nowhere")
	l := d.login()
	l.address()
	l.await("(no browser could be opened)")
	if err := l.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	l.ends(130)
}

// TestTwoLoginsAtOnce: each has a port and a state of its own, and both people are
// signed in afterwards.
func TestTwoLoginsAtOnce(t *testing.T) {
	d := newDesk(t, nil, nil)
	first, second := d.login("--no-browser"), d.login("--no-browser")
	alice, bob := testkit.Chromium(t), testkit.Chromium(t)
	alice.Open(first.address())
	bob.Open(second.address())
	enter(bob, "bob")
	second.ends(0)
	enter(alice, "alice")
	first.ends(0)
	for _, name := range []string{"bob", "alice"} {
		d.must(0, "login", "--as", name)
		if out, _ := d.must(0, "whoami"); !strings.HasPrefix(out, "account\t"+name+"\n") {
			t.Errorf("whoami shows %s", out)
		}
	}
	// Someone else than was to.
	l := d.login("--no-browser", "--as", "carol")
	alice.Open(l.address())
	if said := l.ends(4); !strings.Contains(said, `"alice" signed in, not "carol"`) {
		t.Errorf("it says %s", said)
	}
	d.must(0, "logout", "--all")
	for _, name := range []string{"alice", "bob"} {
		if said := d.login("--as", name, "--no-browser", "--wait", "1s").ends(4); !strings.Contains(said, "nobody signed in") {
			t.Errorf("%s is still signed in: %s", name, said)
		}
	}
}

// TestLoginAfterSetup: the client that setup makes is the one that login takes, and a
// person is asked whether to trust it.
func TestLoginAfterSetup(t *testing.T) {
	d := newDesk(t, nil, map[string]any{"clientId": "another"})
	password := filepath.Join(d.home, "password")
	if err := os.WriteFile(password, []byte("mallory-password"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.must(0, "login", "--username", "mallory", "--password-file", password)
	d.must(0, "setup")
	d.must(0, "logout")
	b := testkit.Chromium(t)
	l := d.login("--no-browser")
	b.Open(l.address())
	enter(b, "mallory")
	b.Click("[name=accept]")
	l.ends(0)
	d.must(0, "setup", "--check")
	l = d.login("--device")
	b.Open(l.await(`the code in it: (\S+)`))
	b.Click("[name=accept]")
	l.ends(0)
	d.must(0, "logout")
}
