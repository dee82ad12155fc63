package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// TestImpersonateHowTo runs the scripts of permissions of version 1 on the version that
// how-tos of impersonation were written for.
func TestImpersonateHowTo(t *testing.T) {
	t.Parallel()
	bed := newBed(t, testkit.KeycloakOf(t, testkit.HowTo()))
	bed.run(t, "testdata/legacy_v1/impersonate.txtar")
}

// impersonationWorkshop is a workshop with a credential that may act as alice, kept in
// files so that each home folder is a machine.
func impersonationWorkshop(t *testing.T) *workshop {
	t.Parallel()
	return impersonationWorkshopAt(t, testkit.Keycloak(t), "manage-clients", "manage-users", "view-realm", "manage-identity-providers", "view-events")
}

func impersonationWorkshopAt(t *testing.T, server *testkit.Server, roles ...string) *workshop {
	w := newWorkshopAt(t, server.Realm(t))
	id, secret := w.realm.Operator(t, roles...)
	w.env = append(w.env, "APITOK_LOGIN_CLIENT_ID="+id, "APITOK_LOGIN_CLIENT_SECRET="+secret, "APITOK_STORE=file-plaintext")
	w.must(0, "create", "@support/desk", "--no-roles")
	return w
}

var impersonationArgs = []string{"setup", "impersonation", "--for", "@support/desk", "--users", "alice"}

// TestImpersonationSetupsAtOnce: several machines may let the same client act as users at
// the same time; what one did not get done, because others changed it, another run does.
func TestImpersonationSetupsAtOnce(t *testing.T) {
	w := impersonationWorkshop(t)
	counts := w.atOnce(4, impersonationArgs...)
	if counts[0]+counts[5] != 4 || counts[0] == 0 {
		t.Errorf("exit codes and how often: %v", counts)
	}
	w.must(0, impersonationArgs...)
	w.must(0, append(impersonationArgs, "--check")...)
	w.must(0, "impersonate", "alice", "--as", "@support/desk")
	w.must(0, "setup", "impersonation", "--for", "@support/desk", "--remove", "--yes")
}

// TestImpersonationIsWrittenFirst: when the server is asked, this machine has written it
// down already, and a run that is killed then is known of.
func TestImpersonationIsWrittenFirst(t *testing.T) {
	w := impersonationWorkshop(t)
	w.must(0, impersonationArgs...)
	gate := testkit.NewGate(t)
	w.proxy.Reset()
	w.proxy.When(testkit.Route(http.MethodPost, "/token$"), testkit.Hold(gate))
	cmd := w.command("impersonate", "alice", "--as", "@support/desk", "--reason", "ticket 4711")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-gate.Arrived
	file := filepath.Join(w.getenv("HOME"), ".local/state/apitok/impersonations.jsonl")
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), `"reason":"ticket 4711","outcome":"begun"`) {
		t.Errorf("written down is %q, %v", text, err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait() //nolint:errcheck // it was killed
	gate.Open()
	w.proxy.Reset()
	w.says(0, "\talice\t-\tbegun\tticket 4711", "audit", "--impersonations", "--local")

	// One that cannot be written down asks nothing of the server.
	if err := os.Chmod(file, 0o400); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // whom no mode keeps out
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(file, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	w.says(1, "cannot be written down", "impersonate", "alice", "--as", "@support/desk")
	if requests := w.proxy.Requests(); len(requests) > 0 {
		t.Errorf("asked: %v", requests)
	}
}

// TestImpersonationOfWhoKnowsWhom: where the admin API does not tell that a user is no
// administrator, the user counts as one.
func TestImpersonationOfWhoKnowsWhom(t *testing.T) {
	w := impersonationWorkshop(t)
	w.must(0, impersonationArgs...)
	for _, status := range []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusFound} {
		w.proxy.Reset()
		w.proxy.When(testkit.Route(http.MethodGet, "/admin/realms/[^/]+$"), testkit.Answer(status, 0))
		w.says(4, `whether "alice" is an administrator cannot be found out`, "impersonate", "alice", "--as", "@support/desk")
		if last := w.proxy.Requests(); !strings.HasSuffix(last[len(last)-1], "/revoke") {
			t.Errorf("%d: the token was not revoked: %v", status, last)
		}
		w.must(0, "impersonate", "alice", "--as", "@support/desk", "--allow-admin")
	}
	w.proxy.Reset()
	w.must(0, "impersonate", "alice", "--as", "@support/desk")
}

// TestImpersonationOfAnotherParty: a token that fails the checks of an exchange is revoked,
// and its id is written down.
func TestImpersonationOfAnotherParty(t *testing.T) {
	w := impersonationWorkshop(t)
	w.must(0, impersonationArgs...)
	id, _ := w.realm.Client(t, "apitok.@support.desk")["id"].(string) // every client has one
	w.realm.Must(t, "POST", "/clients/"+id+"/protocol-mappers/models", map[string]any{
		"name": "azp", "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-claim-mapper",
		"config": map[string]string{"claim.name": "azp", "claim.value": "another", "jsonType.label": "String", "access.token.claim": "true"},
	}, nil)
	w.proxy.Reset()
	w.says(8, `the token's claim azp is "another"`, "impersonate", "alice", "--as", "@support/desk")
	if last := w.proxy.Requests(); !strings.HasSuffix(last[len(last)-1], "/revoke") {
		t.Errorf("the token was not revoked: %v", last)
	}
	text, err := os.ReadFile(filepath.Join(w.getenv("HOME"), ".local/state/apitok/impersonations.jsonl"))
	if err != nil || !strings.Contains(string(text), `"token_ids":["`) {
		t.Errorf("written down is %q, %v", text, err)
	}
}
