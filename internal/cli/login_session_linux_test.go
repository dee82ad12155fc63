package cli_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// short makes access tokens that apitok takes for ended when it gets them.
func short(realm map[string]any) { realm["accessTokenLifespan"] = 5 }

// rotating makes the server take each refresh token once.
func rotating(realm map[string]any) {
	realm["revokeRefreshToken"], realm["refreshTokenMaxReuse"] = true, 0
}

// administrator is a desk at which mallory has signed in, by password for speed: what
// becomes of a session does not hang on how it began.
func administrator(t *testing.T, edits ...func(map[string]any)) *desk {
	d := newDesk(t, func(realm map[string]any) {
		for _, edit := range edits {
			edit(realm)
		}
	}, nil)
	password := filepath.Join(d.home, "password")
	if err := os.WriteFile(password, []byte("mallory-password"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.must(0, "login", "--username", "mallory", "--password-file", password)
	return d
}

// TestOneRefreshForAll: of twenty processes that find the access token ended, one
// renews it. The server ends a session whose refresh token comes twice.
func TestOneRefreshForAll(t *testing.T) {
	d := administrator(t, short, rotating)
	d.realm.Must(t, "PUT", "", map[string]any{"accessTokenLifespan": 300}, nil)
	d.oneRefresh("list")
	d.must(0, "list")
}

// endAtRefresh ends a command while the answer to its refresh is held back, and returns
// its exit code, -1 if the signal ended it. One that is killed never gets the answer.
func (d *desk) endAtRefresh(end os.Signal, args ...string) int {
	d.t.Helper()
	gate := testkit.NewGate(d.t)
	d.proxy.Reset()
	d.proxy.When(testkit.First(1, testkit.Route(http.MethodPost, "/token$")), testkit.HoldAfter(gate))
	cmd := d.command(args...)
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	<-gate.Arrived
	if err := cmd.Process.Signal(end); err != nil {
		d.t.Fatal(err)
	}
	if end != os.Kill {
		gate.Open()
	}
	_ = cmd.Wait() //nolint:errcheck // its exit code is looked at
	return cmd.ProcessState.ExitCode()
}

// TestKilledRefresh: a process that ends while it renews the session leaves one that
// goes on, wherever the server lets it: always where it takes a refresh token again,
// and where it does not, if the process is only asked to end.
func TestKilledRefresh(t *testing.T) {
	for name, test := range map[string]struct {
		server func(map[string]any)
		end    os.Signal
	}{
		"killed":      {func(map[string]any) {}, os.Kill},
		"interrupted": {rotating, os.Interrupt},
	} {
		t.Run(name, func(t *testing.T) {
			d := administrator(t, short, test.server)
			if code := d.endAtRefresh(test.end, "list"); code == 0 {
				t.Error("it went on")
			}
			d.must(0, "list")
		})
	}
}

// TestSessionEnded: an administrator ends it, and apitok says to sign in again, whether
// the access token still lives or not.
func TestSessionEnded(t *testing.T) {
	for name, lifespan := range map[string]func(map[string]any){"at once": func(map[string]any) {}, "at the refresh": short} {
		t.Run(name, func(t *testing.T) {
			d := administrator(t, lifespan)
			d.must(0, "list")
			d.realm.Must(t, "POST", "/users/"+d.realm.User(t, "mallory")+"/logout", nil, nil)
			for _, verb := range []string{"list", "whoami"} {
				if _, said := d.must(4, verb); !strings.Contains(said, "hint: sign in again: apitok login") {
					t.Errorf("%s says %s", verb, said)
				}
			}
			if said := d.login("--as", "mallory", "--no-browser", "--wait", "1s").ends(4); !strings.Contains(said, "nobody signed in") {
				t.Errorf("it says %s", said)
			}
			d.must(0, "logout")
		})
	}
}

// TestLogoutNeedsTheServer: a session that cannot be ended is not forgotten.
func TestLogoutNeedsTheServer(t *testing.T) {
	d := administrator(t)
	d.proxy.When(testkit.Always(), testkit.Answer(http.StatusServiceUnavailable, 0))
	d.must(7, "logout")
	d.proxy.Reset()
	d.must(0, "list")
	d.must(0, "logout")
	d.must(4, "list")
	index, err := os.ReadFile(filepath.Join(d.home, ".local/state/apitok/index.json"))
	if err != nil || strings.Contains(string(index), "mallory") {
		t.Errorf("%v, and the store goes on with %s", err, index)
	}
}

// TestLoginWithAKey: a machine proves itself by a key of its own; the profile knows the
// path, and nothing is kept.
func TestLoginWithAKey(t *testing.T) {
	d := newDesk(t, nil, nil)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := d.realm.Operator(t, "view-clients")
	client := d.realm.Client(t, id)
	client["clientAuthenticatorType"] = "client-jwt"
	client["attributes"] = map[string]string{
		"use.jwks.string":                 "true",
		"jwks.string":                     `{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"1","x":"` + base64.RawURLEncoding.EncodeToString(public) + `"}]}`,
		"token.endpoint.auth.signing.alg": "EdDSA",
	}
	d.realm.Must(t, "PUT", "/clients/"+client["id"].(string), client, nil)
	key := filepath.Join(d.home, "key.pem")
	write := func(private ed25519.PrivateKey) {
		der, err := x509.MarshalPKCS8PrivateKey(private)
		if err == nil {
			err = os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write(private)
	d.must(0, "login", "--client-id", id, "--key", key)
	d.must(0, "list")
	if out, _ := d.must(0, "whoami"); !strings.Contains(out, "signed in by\tkey\nvia\t"+key+"\n") || !strings.Contains(out, "may\ttoken, exec, exchange, impersonate, inspect, import, forget, list, show\n") {
		t.Errorf("whoami shows %s", out)
	}
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	write(stranger)
	if _, said := d.must(4, "list"); !strings.Contains(said, "the server refused the key of "+id) {
		t.Errorf("it says %s", said)
	}
	if err := os.WriteFile(key, []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, said := d.must(2, "list"); strings.Contains(said, "hunter2") {
		t.Errorf("it says %s", said)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	d.must(1, "list")
	d.must(0, "logout")
}
