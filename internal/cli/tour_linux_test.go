package cli_test

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/internal/testkit/ordersapi"
)

// report is the script in which a key is used.
const report = `#!/bin/sh
apitok token alice/ci -o header | curl -fsS -H @- "$ORDERS/orders"
`

// TestTour: somebody without any role of an administrator, on a realm that apitok setup prepared, signs in on a laptop and on
// a host without a browser, makes three keys, uses one in a script, sees all three from the other machine, revokes one, takes
// over and rotates a delegated credential, and signs out. The README shows what the terminals show; with UPDATE_SCRIPTS set
// it is written there.
func TestTour(t *testing.T) {
	for _, program := range []string{"curl", "sh"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("no " + program + ": install the package of that name")
		}
	}
	d := ready(t)
	tour := newTour(t, d)
	laptop, host := tour.at("laptop", d), tour.at("host", d.another())
	opened := laptop.desk.desktop()
	writeFile(t, filepath.Join(d.home, "report.sh"), report)
	handOver(t, d, "deploy", "ci")

	b, private := testkit.Chromium(t), testkit.Chromium(t)
	laptop.run("apitok login", func() {
		b.Open(opened())
		enter(b, "alice")
		b.Click("[name=accept]")
	})
	laptop.run("apitok create --personal ci --audience orders-api", func() {
		b.Open(opened())
		b.Click("[name=accept]")
	})
	laptop.run("cat report.sh", nil)
	laptop.run("sh report.sh", nil)
	laptop.run("apitok create --personal backup --no-browser", func() {
		private.Open(laptop.await("browser of this machine: "))
		enterPassword(private, "alice")
	})
	other := testkit.Chromium(t)
	host.run("apitok login", func() {
		other.Open(host.await("code in it: "))
		enter(other, "alice")
		other.Click("[name=accept]")
	})
	host.run("apitok create --personal nightly", func() {
		other.Open(host.await("code in it: "))
		other.Click("[name=accept]")
	})
	tour.know(laptop.desk, host.desk)
	host.run("apitok list", nil)
	host.run("apitok revoke --yes "+shortID(tour.sessions["backup"]), nil)
	laptop.run("apitok list", nil)
	laptop.run("apitok import deploy.age", nil)
	laptop.run("apitok rotate alice/deploy", nil)
	for _, name := range []string{"ci", "alice/deploy"} {
		laptop.desk.must(0, "token", name, "--force")
	}
	laptop.desk.must(4, "token", "backup", "--force")
	laptop.desk.must(4, "list", "--owner", "alice")
	// One name is one thing on a machine.
	laptop.desk.must(5, "import", filepath.Join(d.home, "ci.age"))
	host.run("apitok logout", nil)
	laptop.run("apitok logout", nil)
	laptop.desk.must(4, "whoami")
	host.desk.must(4, "whoami")
	laptop.run("sh report.sh", nil)
	laptop.desk.must(0, "revoke", "--yes", "alice/deploy")
	tour.shown()
}

// handOver has an administrator make credentials that alice is to look after, for the SSH key of her laptop.
func handOver(t *testing.T, d *desk, names ...string) {
	t.Helper()
	public, file := sshKeys(t)
	private, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(d.home, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(d.home, ".ssh", "id_ed25519"), string(private))
	for _, name := range names {
		d.asMallory("create", "alice/"+name, "--audience", "orders-api", "--delegate", "--recipient", public, "--handover", filepath.Join(d.home, name+".age"))
	}
}

// orders starts an API that takes the tokens of a desk's realm.
func (d *desk) orders() *httptest.Server {
	d.t.Helper()
	handler, err := ordersapi.New(d.t.Context(), d.proxy.URL+"/realms/"+d.realm.Name)
	if err != nil {
		d.t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	d.t.Cleanup(server.Close)
	return server
}

// keys are those that the server has of the person at the desk.
func (d *desk) keys() (keys []struct {
	Name    string
	Session string `json:"session_id"`
}) {
	d.t.Helper()
	out, _ := d.must(0, "list", "--personal", "-o", "json")
	if err := json.Unmarshal([]byte(out), &keys); err != nil {
		d.t.Fatal(err)
	}
	return keys
}
