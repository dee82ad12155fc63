package cli_test

import (
	"strings"
	"testing"
)

// endsSoon demands that a key ends before long, without being used: to use it could keep
// it alive.
func (d *desk) endsSoon(name string) {
	d.t.Helper()
	eventually(d.t, "the key has ended", func() bool {
		list := d.command("list", "--personal")
		out, err := list.Output()
		// The sign-in may end with the key: then nobody may list it.
		return strings.Contains(string(out), name+"\tended\t") || err != nil && list.ProcessState.ExitCode() == 4
	})
	if _, said := d.must(4, "token", name, "--force"); !strings.Contains(said, "takes the personal key alice/"+name+" no longer") {
		d.t.Errorf("it says %s", said)
	}
}

// TestKeyLifetimes: what the realm says of the life of offline sessions holds for keys.
func TestKeyLifetimes(t *testing.T) {
	for name, limit := range map[string]map[string]any{
		"idle":    {"offlineSessionIdleTimeout": 1},
		"longest": {"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := keyholder(t)
			d.must(0, "token", "ci", "--force")
			d.realm.Must(t, "PUT", "", limit, nil)
			d.endsSoon("ci")
		})
	}
}

// TestSignedOutEverywhere: who signs out all devices in Keycloak's account pages ends the
// keys of all machines too.
func TestSignedOutEverywhere(t *testing.T) {
	d := ready(t)
	b := d.signIn("alice", true)
	d.minted("alice", true, "ci")
	b.Open(d.proxy.URL + "/realms/" + d.realm.Name + "/account/account-security/device-activity")
	b.Click("#refresh-page + button")
	b.Click("#modal-confirm")
	// The server takes it for a moment after it has none any more.
	eventually(t, "the key is refused", func() bool {
		token := d.command("token", "ci", "--force")
		return token.Run() != nil && token.ProcessState.ExitCode() == 4
	})
	d.endsSoon("ci")
}
