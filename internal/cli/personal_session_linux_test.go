package cli_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// keyholder is a desk at which alice has made the key ci, on a server with these settings.
func keyholder(t *testing.T, edits ...func(map[string]any)) *desk {
	d := ready(t, edits...)
	d.signIn("alice", true)
	d.minted("alice", true, "ci")
	return d
}

// TestOneKeyRefreshForAll: of twenty processes that want a token, one asks with the key.
// The server ends a session whose refresh token comes twice.
func TestOneKeyRefreshForAll(t *testing.T) {
	d := keyholder(t, rotating)
	d.oneRefresh("token", "ci")
	for range 3 {
		d.must(0, "token", "ci", "--force")
	}
	// Those who want one of their own come one after the other.
	d.atOnce(5, "token", "ci", "--no-cache")
}

// TestKilledKeyRefresh: a process that ends while it uses a key leaves one that works,
// wherever the server lets it; see TestKilledRefresh.
func TestKilledKeyRefresh(t *testing.T) {
	for name, test := range map[string]struct {
		server func(map[string]any)
		end    os.Signal
		codes  []int
	}{
		"killed": {func(map[string]any) {}, os.Kill, []int{-1}},
		// The answer may be quicker than the signal.
		"interrupted": {rotating, os.Interrupt, []int{0, 130}},
	} {
		t.Run(name, func(t *testing.T) {
			d := keyholder(t, test.server)
			if code := d.endAtRefresh(test.end, "token", "ci", "--force"); !slices.Contains(test.codes, code) {
				t.Errorf("it ended with %d", code)
			}
			d.must(0, "token", "ci", "--force")
		})
	}
}

// TestWhatEndsAKey: and what does not.
func TestWhatEndsAKey(t *testing.T) {
	d := keyholder(t)
	alice := "/users/" + d.realm.User(t, "alice")
	ends := func(what string) {
		t.Helper()
		if _, said := d.must(4, "token", "ci", "--force"); !strings.Contains(said, "takes the personal key alice/ci no longer") {
			t.Errorf("%s: it says %s", what, said)
		}
	}
	d.realm.Must(t, "PUT", alice+"/reset-password", map[string]any{"type": "password", "value": "alice-password"}, nil)
	d.must(0, "token", "ci", "--force")
	d.realm.Must(t, "PUT", alice, map[string]any{"enabled": false}, nil)
	ends("disabled")
	d.realm.Must(t, "PUT", alice, map[string]any{"enabled": true}, nil)
	d.must(0, "token", "ci", "--force")
	// The default roles hold offline_access.
	d.realm.Ungrant(t, d.realm.User(t, "alice"), "realm:default-roles-"+d.realm.Name)
	ends("without offline_access")
	l := d.mint("more")
	b := testkit.Chromium(t)
	b.Open(l.address())
	enterPassword(b, "alice")
	if said := l.ends(4); !strings.Contains(said, "gives you the role offline_access") {
		t.Errorf("it says %s", said)
	}
	d.realm.Grant(t, d.realm.User(t, "alice"), "realm:default-roles-"+d.realm.Name)
	d.must(0, "token", "ci", "--force")
	d.realm.Must(t, "DELETE", alice+"/consents/apitok-personal", nil, nil)
	ends("consent withdrawn")
	d.must(0, "revoke", "--yes", "ci")
	d.minted("alice", true, "ci")
	issued := keyClaims(t, d.token("ci")).IssuedAt
	// It ends what was issued in the seconds before.
	eventually(t, "a log out is later than the key", func() bool {
		var user struct{ NotBefore int64 }
		d.realm.Must(t, "POST", alice+"/logout", nil, nil)
		d.realm.Must(t, "GET", alice, nil, &user)
		return user.NotBefore > issued
	})
	ends("an administrator's log out")
}

// TestPersonalRefusals: what cannot be had, and what to do about it.
func TestPersonalRefusals(t *testing.T) {
	d := ready(t)
	if _, said := d.must(4, "create", "--personal", "--no-browser", "ci"); !strings.Contains(said, "apitok login") {
		t.Errorf("it says %s", said)
	}
	b := d.signIn("alice", true)
	for line, want := range map[string]string{
		"bob/ci": "belongs to who makes it", "ci --role realm:x": "--role is not for a personal key", "ci --expires 3d": "--expires is not for",
	} {
		if _, said := d.must(2, append([]string{"create", "--personal", "--no-browser"}, strings.Fields(line)...)...); !strings.Contains(said, want) {
			t.Errorf("%s: it says %s", line, said)
		}
	}
	d.must(2, "create", "alice/ci", "--scope", "profile")
	for _, way := range []string{"--no-browser", "--device"} {
		if _, said := d.must(4, "create", "--personal", way, "ci", "--audience", "nobody"); !strings.Contains(said, "apitok setup --audience") {
			t.Errorf("%s: it says %s", way, said)
		}
	}
	plan := "have alice sign in once more, with client apitok-personal and the scopes aud-orders-api offline_access openid\nstore the personal key alice/ci on this machine\n"
	if out, said := d.must(0, "create", "--personal", "--dry-run", "ci", "--audience", "orders-api"); out != plan || said != "" {
		t.Errorf("it says %s%s", out, said)
	}
	if _, said := d.must(4, "create", "--personal", "--dry-run", "ci", "--audience", "nobody"); !strings.Contains(said, "apitok setup --audience") {
		t.Errorf("it says %s", said)
	}
	d.must(3, "token", "ci")
	l := d.mint("ci")
	b.Open(l.address())
	b.Click("[name=cancel]")
	if said := l.ends(4); !strings.Contains(said, "refused in the browser") {
		t.Errorf("it says %s", said)
	}
	l = d.mint("ci")
	other := d.another().signIn("bob", true)
	other.Open(l.address())
	other.Click("[name=accept]")
	if said := l.ends(4); !strings.Contains(said, `somebody else signed in than "alice"`) {
		t.Errorf("it says %s", said)
	}
	var sessions []any
	client, _ := d.realm.Client(t, "apitok-personal")["id"].(string)
	d.realm.Must(t, "GET", "/users/"+d.realm.User(t, "bob")+"/offline-sessions/"+client, nil, &sessions)
	if len(sessions) > 0 {
		t.Errorf("bob is left with %v", sessions)
	}
	d.must(3, "token", "ci")
	// A code, on a host without a browser.
	l = d.start("create", "--personal", "--device", "ci")
	b.Open(l.await(`the code in it: (\S+)`))
	b.Click("[name=accept]")
	l.ends(0)
	d.must(0, "token", "ci")
	secret := filepath.Join(d.home, "secret")
	if err := os.WriteFile(secret, []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.must(5, "import", "alice/ci", "--secret-file", secret)
	d.realm.Must(t, "DELETE", "/clients/"+client, nil, nil)
	if _, said := d.must(4, "create", "--personal", "--no-browser", "more"); !strings.Contains(said, "prepares the realm with apitok setup") {
		t.Errorf("it says %s", said)
	}
}
