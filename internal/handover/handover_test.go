package handover

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/pkg/apitok"
)

func tokenOf(text string) apitok.Token {
	return apitok.Token{AccessToken: apitok.NewSecret(text), Type: "Bearer",
		ExpiresAt: time.Date(2027, 1, 31, 12, 0, 0, 5e8, time.FixedZone("east", 3600))}
}

// same compares whole answers, and the kind of a failure.
func same(t *testing.T, got string, err error, want string, kind apitok.Kind) {
	t.Helper()
	if kind != 0 && !kind.Is(err) || kind == 0 && err != nil {
		t.Fatalf("error %v, want kind %d", err, kind)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHostileToken: a token that could end a line or a quote is handed to nobody.
func TestHostileToken(t *testing.T) {
	for _, text := range []string{"", "a\nquit=1", "a\r", `a" output = "x`, `a\`, "a b", "a\x00", "é", "=", "a=b"} {
		token := tokenOf(text)
		for name, write := range map[string]func() (string, error){
			"kubectl": func() (string, error) { return Kubectl(token, "") },
			"git":     func() (string, error) { return GitRequest{}.Answer(token) },
			"docker":  func() (string, error) { return Docker(token, "https://a.example.com") },
			"netrc":   func() (string, error) { return Netrc(token, "a.example.com") },
			"curl":    func() (string, error) { return Curl(token) },
		} {
			if got, err := write(); !apitok.Failed.Is(err) || got != "" {
				t.Errorf("%s hands over %q: %q, %v", name, text, got, err)
			}
		}
	}
}

func TestLines(t *testing.T) {
	token := tokenOf("eyJ-._~+/9==")
	got, err := Curl(token)
	same(t, got, err, `header = "Authorization: Bearer eyJ-._~+/9=="`, 0)
	for host, name := range map[string]string{
		"git.example.com": "git.example.com", "GIT.example.com:8443": "git.example.com", "[::1]:8080": "::1", "[::1]": "::1",
		"https://git.example.com/path": "git.example.com",
	} {
		h, err := ParseHost(host)
		if err != nil {
			t.Fatal(err)
		}
		got, err = Netrc(token, h)
		same(t, got, err, "machine "+name+" login oauth2 password eyJ-._~+/9==", 0)
	}
	for _, host := range []string{"", "a b", "https://", "a\nmachine b"} {
		if h, err := ParseHost(host); !apitok.Usage.Is(err) {
			t.Errorf("%q is the host %q: %v", host, h, err)
		}
	}
}

func TestAdmits(t *testing.T) {
	for _, tc := range []struct {
		host, address string
		want          bool
	}{
		{"", "https://git.example.com", true},
		{"", "registry.example.com:5000", true},
		{"", "http://git.example.com", false},
		{"", "http://127.0.0.1:3000", true},
		{"", "http://127.9.9.9", true},
		{"", "http://[::1]:3000", true},
		{"", "http://localhost", true},
		{"", "http://localhost.example.com", false},
		{"", "ssh://git.example.com", false},
		{"", "://", false},
		{"", "", false},
		{"git.example.com", "https://git.example.com", true},
		{"git.example.com", "https://GIT.example.com:443/v1/", true},
		{"git.example.com:443", "git.example.com", true},
		{"git.example.com", "https://git.example.com:8443", false},
		{"git.example.com:8443", "https://git.example.com:8443", true},
		{"git.example.com", "https://git.example.com.evil.example", false},
		{"git.example.com", "https://git.example.com@evil.example", false},
		{"git.example.com", "http://git.example.com", false},
		{"localhost", "http://localhost:80", true},
	} {
		var host Host
		if tc.host != "" {
			h, err := ParseHost(tc.host)
			if err != nil {
				t.Fatal(err)
			}
			host = h
		}
		if got := host.admits(tc.address); got != tc.want {
			t.Errorf("host %q admits %q: %v", tc.host, tc.address, got)
		}
	}
}

func TestKubectl(t *testing.T) {
	const status = `,"kind":"ExecCredential","status":{"expirationTimestamp":"2027-01-31T11:00:00Z","token":"eyJ"}}`
	for _, tc := range []struct {
		info, want string
		kind       apitok.Kind
	}{
		{"", `{"apiVersion":"client.authentication.k8s.io/v1"` + status, 0},
		{`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}`,
			`{"apiVersion":"client.authentication.k8s.io/v1"` + status, 0},
		{`{"apiVersion":"client.authentication.k8s.io/v1beta1"}`, `{"apiVersion":"client.authentication.k8s.io/v1beta1"` + status, 0},
		{`{"apiVersion":"client.authentication.k8s.io/v1alpha1"}`, "", apitok.Usage},
		{`{"apiVersion":1}`, "", apitok.Usage},
		{`v1`, "", apitok.Usage},
	} {
		got, err := Kubectl(tokenOf("eyJ"), tc.info)
		same(t, got, err, tc.want, tc.kind)
	}
	got, err := Kubectl(apitok.Token{AccessToken: apitok.NewSecret("eyJ")}, "")
	same(t, got, err, `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"eyJ"}}`, 0)
}

func TestGit(t *testing.T) {
	const (
		password = "username=oauth2\npassword=eyJ\npassword_expiry_utc=1801393200"
		bearer   = "capability[]=authtype\nauthtype=Bearer\ncredential=eyJ\nephemeral=1\npassword_expiry_utc=1801393200"
	)
	for _, tc := range []struct{ name, request, want string }{
		{"plain", "protocol=https\nhost=a.example.com\n\n", password},
		{"a user is wanted", "protocol=https\nhost=a.example.com\nusername=x-token-auth\n", strings.Replace(password, "oauth2", "x-token-auth", 1)},
		{"old git, server with bearer", "protocol=https\nhost=a.example.com\nwwwauth[]=Bearer realm=x\n", password},
		{"git that can, server with bearer", "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=a.example.com\nwwwauth[]=Basic realm=x\nwwwauth[]=bearer realm=x\n", bearer},
		{"git that can, server without", "capability[]=authtype\nprotocol=https\nhost=a.example.com\nwwwauth[]=Basic realm=Bearer\n", password},
		{"git that can, server not asked", "capability[]=authtype\nprotocol=https\nhost=a.example.com\n", bearer},
		{"the list begins anew", "capability[]=authtype\ncapability[]=\nprotocol=https\nhost=a.example.com\n", password},
		{"what comes after the end", "protocol=https\nhost=a.example.com\n\nusername=x\n", password},
	} {
		t.Run(tc.name, func(t *testing.T) {
			asked, err := ReadGit(strings.NewReader(tc.request))
			if err != nil {
				t.Fatal(err)
			}
			if asked.Address != "https://a.example.com" || !asked.Admitted("") || asked.Admitted("b.example.com") {
				t.Errorf("it is about %q", asked.Address)
			}
			got, err := asked.Answer(tokenOf("eyJ"))
			same(t, got, err, tc.want, 0)
		})
	}
	for request, want := range map[string]string{
		"protocol=https\nhost=a\nusername=oauth2\npassword=old\n":      "old",
		"protocol=https\nhost=a\nauthtype=Bearer\ncredential=old=\n\n": "old=",
		"protocol=https\nhost=a\n":                                     "",
	} {
		if asked, err := ReadGit(strings.NewReader(request)); err != nil || asked.Refused.Reveal() != want {
			t.Errorf("%q: refused %q, %v", request, asked.Refused.Reveal(), err)
		}
	}
}

func TestDocker(t *testing.T) {
	got, err := Docker(tokenOf("eyJ"), "https://a.example.com/v1/")
	same(t, got, err, `{"ServerURL":"https://a.example.com/v1/","Username":"oauth2","Secret":"eyJ"}`, 0)
	got, err = DockerList("")
	same(t, got, err, `{}`, 0)
	got, err = DockerList("a.example.com:5000")
	same(t, got, err, `{"a.example.com:5000":"oauth2"}`, 0)
	for text, kind := range map[string]apitok.Kind{
		`{"ServerURL":"a","Username":"oauth2","Secret":"eyJ"}`: 0,
		`{"ServerURL":"a","Username":"alice","Secret":"x"}`:    apitok.Usage,
		`a`: apitok.Usage,
	} {
		same(t, "", CheckDockerStore(strings.NewReader(text)), "", kind)
	}
	for text, want := range map[string]bool{"a.example.com\n": true, "http://a.example.com": false, "": false} {
		if address, admitted, err := ReadDockerServer(strings.NewReader(text), ""); err != nil || admitted != want || address != strings.TrimSpace(text) {
			t.Errorf("%q: %q, %v, %v", text, address, admitted, err)
		}
	}
}

func TestEnvironment(t *testing.T) {
	got := Environment([]string{
		"PATH=/bin", "APITOK_TOKEN=old", "APITOK_CLIENT_SECRET=s", "APITOK_CLIENT_SECRET_FILE=f", "APITOK_LOGIN_CLIENT_SECRET=s",
		"APITOK_LOGIN_PASSWORD=p", "APITOK_STORE_PASSPHRASE=p", "APITOK_IMPERSONATION_KEY=k", "APITOK_IMPERSONATION_KEY_FILE=f", "apitok_login_password=p", "APITOK_SERVER=https://a.example.com",
		"APITOK_CLIENT_ID=id", "MY_SECRET=mine", "TOKENS=2", "=C:=C:\\", "EMPTY=", "BARE",
	}, "APITOK_TOKEN=new", "APITOK_TOKEN_FILE=/run/x")
	want := []string{
		"PATH=/bin", "APITOK_SERVER=https://a.example.com", "APITOK_CLIENT_ID=id", "MY_SECRET=mine", "TOKENS=2", "=C:=C:\\", "EMPTY=", "BARE",
		"APITOK_TOKEN=new", "APITOK_TOKEN_FILE=/run/x",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHeader: a server cannot add lines to the header.
func TestHeader(t *testing.T) {
	token := func(kind, text string) apitok.Token {
		return apitok.Token{Type: kind, AccessToken: apitok.NewSecret(text)}
	}
	if got, err := Header(token("Bearer", "e30.x-_~+/=")); got != "Authorization: Bearer e30.x-_~+/=" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []apitok.Token{token("Bearer", "a\nX-Admin: 1"), token("Bearer\nX: 1 ", "a"), token("", "a"), token("Bearer", "")} {
		if _, err := Header(bad); !apitok.Failed.Is(err) {
			t.Errorf("%q %q: %v", bad.Type, bad.AccessToken.Reveal(), err)
		}
	}
}
