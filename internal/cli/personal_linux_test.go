package cli_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// ready is a desk at a realm that apitok setup has prepared for people.
func ready(t *testing.T, edits ...func(map[string]any)) *desk {
	d := newDesk(t, func(realm map[string]any) {
		for _, edit := range edits {
			edit(realm)
		}
	}, map[string]any{"clientId": "another"})
	d.asMallory("setup", "--audience", "orders-api", "--audience", "billing-api")
	return d
}

// asMallory runs a command as an administrator of the realm, on a machine of theirs.
func (d *desk) asMallory(args ...string) string {
	d.t.Helper()
	other := d.another()
	password := filepath.Join(other.home, "password")
	if err := os.WriteFile(password, []byte("mallory-password"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	other.must(0, "login", "--username", "mallory", "--password-file", password)
	out, said := other.must(0, args...)
	return out + said
}

// another is another machine at which people sign in to the same realm.
func (d *desk) another() *desk {
	d.t.Helper()
	other := *d
	other.home = d.t.TempDir()
	other.env = append(testkit.Keyring(d.t), "PATH="+os.Getenv("PATH"), "HOME="+other.home)
	other.must(0, "profile", "add", "work", "--server", d.proxy.URL, "--realm", d.realm.Name)
	return &other
}

// signIn signs a person in with a browser, which is returned. consent is whether that is for
// the first time.
func (d *desk) signIn(username string, consent bool) *testkit.Browser {
	d.t.Helper()
	b := testkit.Chromium(d.t)
	l := d.login("--no-browser")
	b.Open(l.address())
	enter(b, username)
	if consent {
		b.Click("[name=accept]")
	}
	l.ends(0)
	return b
}

// mint runs apitok create --personal.
func (d *desk) mint(args ...string) *login {
	d.t.Helper()
	return d.start(append([]string{"create", "--personal", "--no-browser"}, args...)...)
}

// minted makes a key with a new browser, such as a private window. consent is for what the
// person has not yet agreed to.
func (d *desk) minted(username string, consent bool, args ...string) {
	d.t.Helper()
	l := d.mint(args...)
	b := testkit.Chromium(d.t)
	b.Open(l.address())
	enterPassword(b, username)
	if consent {
		b.Click("[name=accept]")
	}
	l.ends(0)
}

// enterPassword fills in the login page for who is expected.
func enterPassword(b *testkit.Browser, username string) {
	b.Fill("#password", username+"-password")
	b.Click("#kc-login")
}

// keyClaims are those of the token that a command prints.
func keyClaims(t *testing.T, token string) (claims struct {
	Subject  string `json:"sub"`
	Audience any    `json:"aud"`
	IssuedAt int64  `json:"iat"`
	Username string `json:"preferred_username"`
	Realm    struct {
		Roles []string `json:"roles"`
	} `json:"realm_access"`
}) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no token", token)
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(b, &claims)
	}
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func (d *desk) token(args ...string) string {
	d.t.Helper()
	out, _ := d.must(0, append([]string{"token"}, args...)...)
	return strings.TrimSpace(out)
}

// TestPersonalKeys: three keys of a person without any administrator role, seen from
// another machine, revoked one by one.
func TestPersonalKeys(t *testing.T) {
	d := ready(t)
	b := d.signIn("alice", true)
	l := d.mint("ci", "--audience", "orders-api")
	b.Open(l.address()) // the browser knows who it is
	b.Click("[name=accept]")
	l.ends(0)
	got := keyClaims(t, d.token("ci"))
	if got.Subject != d.realm.User(t, "alice") || got.Audience != "orders-api" || got.Username != "" || !slices.Contains(got.Realm.Roles, "report-reader") {
		t.Errorf("the token says %+v", got)
	}
	// The browser's session carries one key; a second would end with it.
	l = d.mint("backup")
	b.Open(l.address())
	if said := l.ends(5); !strings.Contains(said, "private window") {
		t.Errorf("it says %s", said)
	}
	d.must(0, "token", "ci", "--force")
	d.minted("alice", true, "backup", "--scope", "profile")
	d.minted("alice", false, "report")
	if said := d.asMallory("setup", "--remove", "--dry-run"); !strings.Contains(said, "left: client apitok-personal, which personal keys are of: 3\n") {
		t.Errorf("it says %s", said)
	}
	if got := keyClaims(t, d.token("backup")); got.Audience != nil || got.Username != "alice" {
		t.Errorf("the token says %+v", got)
	}
	d.must(5, "create", "--personal", "--no-browser", "backup")

	other := d.another()
	other.signIn("alice", false)
	var keys []struct {
		Name, State string
		Session     string `json:"session_id"`
		Stored      bool
	}
	out, _ := other.must(0, "list", "-o", "json")
	if err := json.Unmarshal([]byte(out), &keys); err != nil || len(keys) != 3 || keys[0].Stored {
		t.Fatalf("%v: another machine sees %s", err, out)
	}
	out, _ = d.must(0, "list", "--personal")
	for _, name := range []string{"ci\tactive\t", "backup\tactive\tprofile\t", "report\tactive\t"} {
		if !strings.Contains(out, name) {
			t.Errorf("no %q in %s", name, out)
		}
	}
	session := ""
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "backup\t") {
			session = strings.TrimSpace(line[strings.LastIndex(line, "\t"):])
		}
	}
	other.must(0, "revoke", "--yes", session[:8])
	if _, said := d.must(4, "token", "backup", "--force"); !strings.Contains(said, "no longer") {
		t.Errorf("it says %s", said)
	}
	if out, _ := d.must(0, "list", "--personal"); !strings.Contains(out, "backup\tended\t") {
		t.Errorf("list shows %s", out)
	}
	d.must(0, "revoke", "--yes", "backup")
	// The one that shares its session with the sign-in ends alone.
	d.must(0, "revoke", "--yes", "ci")
	d.must(3, "token", "ci")
	if out, _ := d.must(0, "whoami"); !strings.Contains(out, "\npersonal keys\treport\n") || !strings.Contains(out, ", create --personal\n") {
		t.Errorf("whoami shows %s", out)
	}
	if out, _ := d.must(0, "doctor"); !strings.Contains(out, "info\troles\tthe account is no administrator: ") || !strings.Contains(out, "which lacks view-realm or view-clients") {
		t.Errorf("doctor finds %s", out)
	}
	if _, said := d.must(5, "forget", "report"); !strings.Contains(said, "alice/report is a personal key, which this machine alone holds") {
		t.Errorf("it says %s", said)
	}
	if got := keyClaims(t, d.token("report", "--force")); got.Subject == "" {
		t.Errorf("the last one is gone: %+v", got)
	}
	d.must(0, "logout")
	d.must(0, "token", "alice/report", "--force")
}

// TestPersonalKeyOnTheWire: what the server is asked and says.
func TestPersonalKeyOnTheWire(t *testing.T) {
	d := ready(t)
	d.signIn("alice", true)
	d.minted("alice", true, "ci", "--audience", "orders-api")
	token := d.token("ci")
	for path, want := range map[string]int{"/protocol/openid-connect/userinfo": 200, "/account/sessions": 401} {
		req, err := http.NewRequest(http.MethodGet, d.proxy.URL+"/realms/"+d.realm.Name+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Accept", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s answers %d", path, resp.StatusCode)
		}
	}
	d.proxy.Reset()
	d.must(0, "token", "ci")
	if asked := d.proxy.Requests(); len(asked) > 0 {
		t.Errorf("it asks %v", asked)
	}
	if _, said := d.must(8, "token", "ci", "--audience", "billing-api"); !strings.Contains(said, "was not made for") {
		t.Errorf("it says %s", said)
	}
	d.must(8, "token", "ci", "--scope", "email")
	// A role that the person gets is in the next token.
	d.realm.Grant(t, d.realm.User(t, "alice"), "realm:site-01")
	if got := keyClaims(t, d.token("ci", "--force")); !slices.Contains(got.Realm.Roles, "site-01") {
		t.Errorf("the token says %+v", got)
	}
}
