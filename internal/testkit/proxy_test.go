package testkit

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// through is the realm as somebody sees it who calls the server by another URL.
func through(r *Realm, url string) *Realm {
	other := *r
	other.URL = url
	return &other
}

// TestFronts has one realm for all that stands between a client and the server.
func TestFronts(t *testing.T) {
	r := Keycloak(t).Realm(t)
	for name, test := range map[string]func(*testing.T, *Realm){
		"issuer": testProxyKeepsTheIssuer, "faults": testFaults, "duplicates": testDuplicate, "gates": testGates, "open gates": testGateOpens, "TLS": testTLSFront,
	} {
		t.Run(name, func(t *testing.T) { test(t, r) })
	}
}

func testProxyKeepsTheIssuer(t *testing.T, r *Realm) {
	p := Proxy(t, r.URL)
	id, secret := r.ServiceAccount(t, nil)
	front := through(r, p.URL)
	if got, want := issuer(t, front.Token(t, id, secret)), front.Issuer(); got != want {
		t.Errorf("issuer %q, want %q", got, want)
	}
	want := []string{"POST /realms/" + r.Name + "/protocol/openid-connect/token"}
	if diff := cmp.Diff(want, p.Requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func issuer(t *testing.T, token string) string {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims.Issuer
}

// testFaults makes a client through a proxy that spoils it, and asks the server whether there is one.
func testFaults(t *testing.T, r *Realm) {
	operator, secret := r.Operator(t, "manage-clients")
	for _, tc := range []struct {
		name   string
		fault  Fault
		status int // 0: no answer
		made   bool
	}{
		{"cut", Cut(), 0, false},
		{"cut-after", CutAfter(), 0, true},
		{"busy", Answer(http.StatusServiceUnavailable, time.Second), 503, false},
		{"delay", Delay(50 * time.Millisecond), 201, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := Proxy(t, r.URL)
			front := through(r, p.URL)
			token := front.Token(t, operator, secret)
			p.When(Nth(2), tc.fault)
			status := makeClient(t.Context(), front, token, tc.name)
			made := r.Client(t, tc.name) != nil
			if status != tc.status || made != tc.made {
				t.Errorf("status %d, made %v; want %d, %v", status, made, tc.status, tc.made)
			}
			if status := makeClient(t.Context(), front, token, tc.name+"-2"); status != 201 {
				t.Errorf("the next request: %d", status)
			}
		})
	}
}

// makeClient is the status of POST /clients, 0 if there was no answer.
func makeClient(ctx context.Context, r *Realm, token, id string) int {
	status, _, _, err := send(ctx, http.MethodPost, r.URL+"/admin/realms/"+r.Name+"/clients", token, map[string]any{"clientId": id})
	if err != nil {
		return 0
	}
	return status
}

// testDuplicate makes a client twice by one request, and changes its secret twice by the next: the answers are those of the
// second time.
func testDuplicate(t *testing.T, r *Realm) {
	operator, secret := r.Operator(t, "manage-clients")
	p := Proxy(t, r.URL)
	front := through(r, p.URL)
	token := front.Token(t, operator, secret)
	p.When(Always(), Duplicate())
	if status := makeClient(t.Context(), front, token, "twice"); status != http.StatusConflict {
		t.Errorf("the second of two creates answers 409, not %d", status)
	}
	client := r.Client(t, "twice")
	if client == nil {
		t.Fatal("the first of two creates made nothing")
	}
	url := fmt.Sprintf("%s/admin/realms/%s/clients/%v/client-secret", front.URL, r.Name, client["id"])
	status, _, answer, err := send(t.Context(), http.MethodPost, url, token, nil)
	if err != nil || status != http.StatusOK {
		t.Fatalf("a new secret: %d, %v", status, err)
	}
	p.Reset()
	status, _, now, err := send(t.Context(), http.MethodGet, url, token, nil)
	if err != nil || status != http.StatusOK {
		t.Fatalf("the secret: %d, %v", status, err)
	}
	if diff := cmp.Diff(string(now), string(answer)); diff != "" {
		t.Errorf("the answer is not that of the last request (-want +got):\n%s", diff)
	}
}

// testGates holds a request whose client then goes away.
func testGates(t *testing.T, r *Realm) {
	operator, secret := r.Operator(t, "manage-clients")
	for name, tc := range map[string]struct {
		hold func(*Gate) Fault
		made bool
	}{
		"before": {Hold, false},
		"after":  {HoldAfter, true},
	} {
		t.Run(name, func(t *testing.T) {
			p, gate := Proxy(t, r.URL), NewGate(t)
			p.When(Route(http.MethodPost, "/clients$"), tc.hold(gate))
			front := through(r, p.URL)
			token := front.Token(t, operator, secret)
			ctx, cancel := context.WithCancel(t.Context())
			answered := make(chan int)
			go func() { answered <- makeClient(ctx, front, token, name) }()
			<-gate.Arrived
			if made := r.Client(t, name) != nil; made != tc.made {
				t.Errorf("while it was held: made %v, want %v", made, tc.made)
			}
			cancel()
			if status := <-answered; status != 0 {
				t.Errorf("answered %d", status)
			}
			gate.Open()
			if made := r.Client(t, name) != nil; made != tc.made {
				t.Errorf("after it was let go: made %v, want %v", made, tc.made)
			}
		})
	}
}

// testGateOpens lets a held request go and expects the server's own answer.
func testGateOpens(t *testing.T, r *Realm) {
	operator, secret := r.Operator(t, "manage-clients")
	for name, hold := range map[string]func(*Gate) Fault{"before": Hold, "after": HoldAfter} {
		t.Run(name, func(t *testing.T) {
			p, gate := Proxy(t, r.URL), NewGate(t)
			front := through(r, p.URL)
			token := front.Token(t, operator, secret)
			p.When(First(1, Always()), hold(gate))
			answered := make(chan int)
			go func() { answered <- makeClient(t.Context(), front, token, "opened-"+name) }()
			<-gate.Arrived
			gate.Open()
			if status := <-answered; status != http.StatusCreated {
				t.Errorf("answered %d", status)
			}
		})
	}
}

func testTLSFront(t *testing.T, r *Realm) {
	url, ca := TLSFront(t, r.URL)
	var metadata struct {
		Issuer string `json:"issuer"`
	}
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: trust(t, ca)}}
	resp, err := trusting.Get(through(r, url).Issuer() + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&metadata); err != nil {
		t.Fatal(err)
	}
	if want := through(r, url).Issuer(); metadata.Issuer != want {
		t.Errorf("issuer %q, want %q", metadata.Issuer, want)
	}
	if resp, err := http.Get(url); err == nil {
		resp.Body.Close()
		t.Error("trusted without its CA")
	}
}

// trust is the configuration of a client that trusts the CA in a file and no other.
func trust(t testing.TB, caFile string) *tls.Config {
	t.Helper()
	content, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		t.Fatalf("no certificate in %s", caFile)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}
}
