package cli_test

import (
	"strings"
	"testing"
)

// TestRevokeByTheBeginningOfASession: it has to be long enough to mean that one, and goes
// behind a credential of that name.
func TestRevokeByTheBeginningOfASession(t *testing.T) {
	d := ready(t)
	other := d.another()
	other.signIn("mallory", true)
	other.minted("mallory", true, "ci")
	d.signIn("mallory", false)
	session := d.keys()[0].Session
	for n := 1; n < 8; n++ {
		// What cannot be a name is wrong use, and what can is not there.
		code := 3
		if strings.ToLower(session[:n]) != session[:n] || strings.ContainsAny(session[:n], "_") || session[0] == '-' {
			code = 2
		}
		d.must(code, "revoke", "--yes", "mallory/"+session[:n])
		d.must(code, "revoke", "--yes", "--", session[:n])
	}
	if len(d.keys()) != 1 {
		t.Fatal("too short a beginning ends the key")
	}
	for _, stored := range []string{"--no-store", "--show-secret"} {
		d.must(0, "create", "mallory/nightly-report", "--no-roles", "--show-secret", stored)
		d.proxy.Reset()
		d.must(0, "revoke", "--yes", "nightly-report")
		for _, asked := range d.proxy.Requests() {
			if strings.Contains(asked, "/account/sessions") {
				t.Errorf("of a credential's name it asks %s", asked)
			}
		}
		d.must(3, "show", "nightly-report")
	}
	d.must(0, "revoke", "--yes", "--", session[:8])
	if keys := d.keys(); len(keys) != 0 {
		t.Errorf("left are %v", keys)
	}
}

// TestTwoKeysBegunAtOnce: of two keys that are begun before either is made, one browser
// carries the first alone.
func TestTwoKeysBegunAtOnce(t *testing.T) {
	d := ready(t)
	b := d.signIn("alice", true)
	first, second := d.mint("t7"), d.mint("t8")
	addresses := [2]string{first.address(), second.address()}
	b.Open(addresses[0])
	b.Click("[name=accept]")
	first.ends(0)
	b.Open(addresses[1])
	if said := second.ends(5); !strings.Contains(said, "private window") {
		t.Errorf("it says %s", said)
	}
	if keys := d.keys(); len(keys) != 1 || keys[0].Name != "t7" {
		t.Errorf("there are %v", keys)
	}
	d.must(0, "token", "t7", "--force")
	d.must(3, "token", "t8")
}

// TestPersonalKeysTakeAccountRoles: who may not see their own sessions is told which roles
// that takes.
func TestPersonalKeysTakeAccountRoles(t *testing.T) {
	d := ready(t)
	alice := d.realm.User(t, "alice")
	d.realm.Ungrant(t, alice, "realm:default-roles-"+d.realm.Name)
	d.realm.Grant(t, alice, "realm:offline_access")
	d.signIn("alice", true)
	for _, line := range []string{"create --personal --no-browser ci", "list --personal"} {
		_, said := d.must(4, strings.Fields(line)...)
		if !strings.Contains(said, "view-profile") || strings.Contains(said, "sign in again") {
			t.Errorf("%s: it says %s", line, said)
		}
	}
	d.realm.Grant(t, alice, "account:view-profile")
	d.must(0, "logout")
	d.signIn("alice", false)
	d.minted("alice", true, "ci")
	session := d.keys()[0].Session
	other := d.another()
	other.signIn("alice", false)
	if _, said := other.must(4, "revoke", "--yes", "--", session[:8]); !strings.Contains(said, "manage-account") {
		t.Errorf("it says %s", said)
	}
	d.realm.Grant(t, alice, "account:manage-account")
	other.must(0, "logout")
	other.signIn("alice", false)
	other.must(0, "revoke", "--yes", "--", session[:8])
	d.realm.Must(t, "POST", "/users/"+alice+"/logout", nil, nil)
	if _, said := d.must(4, "list", "--personal"); !strings.Contains(said, "sign in again") {
		t.Errorf("it says %s", said)
	}
}

// TestPersonalKeyIsNoCredential: verbs that are for credentials say what else to do.
func TestPersonalKeyIsNoCredential(t *testing.T) {
	d := keyholder(t)
	for line, want := range map[string]string{
		"show ci": "apitok list --personal", "rotate ci": "apitok create --personal ci", "disable ci": "apitok revoke alice/ci",
		"enable ci": "apitok revoke alice/ci", "edit ci --no-roles": "apitok create --personal ci", "delegate ci --recipient x": "apitok create --personal",
		"exchange ci --no-subject --requested-subject bob": "--subject alice/ci",
	} {
		_, said := d.must(5, strings.Fields(line)...)
		if !strings.Contains(said, "alice/ci is a personal key: it cannot ") || !strings.Contains(said, want) {
			t.Errorf("%s: it says %s", line, said)
		}
	}
	if _, said := d.must(4, "create", "k9", "--no-roles"); !strings.Contains(said, "apitok create --personal k9") {
		t.Errorf("it says %s", said)
	}
	if _, said := d.must(4, "create", "bob/k9", "--no-roles"); strings.Contains(said, "--personal") {
		t.Errorf("it says %s", said)
	}
}
