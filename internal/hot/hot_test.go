package hot

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keystore"
)

func TestParse(t *testing.T) {
	plain := request{name: "alice/ci", nameGiven: true, token: true}
	with := func(change func(*request)) *request { r := plain; change(&r); return &r }
	for line, want := range map[string]*request{
		"token alice/ci":                        &plain,
		"token alice/ci -o raw":                 with(func(r *request) { r.output = "raw" }),
		"token -o raw alice/ci --output=header": with(func(r *request) { r.output = "header" }),
		"--profile p token alice/ci --realm=r":  with(func(r *request) { r.profile, r.realm = "p", "r" }),
		"token alice/ci --server https://k":     with(func(r *request) { r.server = "https://k" }),
		"token alice/ci --scope b --scope=a":    with(func(r *request) { r.scope = []string{"b", "a"} }),
		"token alice/ci --audience a":           with(func(r *request) { r.audience = []string{"a"} }),
		"":                                      nil,
		"token":                                 nil,
		"list alice/ci":                         nil,
		"token alice/ci more":                   nil,
		"token alice/ci -o json":                nil,
		"token alice/ci -o":                     nil,
		"token alice/ci -oraw":                  nil,
		"token alice/ci --force":                nil,
		"token alice/ci --no-cache":             nil,
		"token alice/ci --watch":                nil,
		"token alice/ci --min-validity 10m":     nil,
		"token alice/ci -v":                     &plain,
		"-v token --verbose alice/ci":           &plain,
		"token --insecure-http alice/ci":        with(func(r *request) { r.insecure = true }),
		"token alice/ci --ca-file /ca":          &plain,
		"token alice/ci --timeout 5s":           &plain,
		"token alice/ci --timeout=long":         nil,
		"token alice/ci --timeout 90d":          nil,
		"token alice/ci --verbose=true":         nil,
		"token alice/ci --":                     nil,
		"token alice/ci --scope=":               nil,
		"help token alice/ci":                   nil,
		"__complete token alice/ci":             nil,
	} {
		got, ok := parse(strings.Fields(line))
		if ok != (want != nil) || ok && !reflect.DeepEqual(got, *want) {
			t.Errorf("%q: %+v, %v", line, got, ok)
		}
	}
}

// TestClientID: what is understood here is understood the same way by ParseRef.
func TestClientID(t *testing.T) {
	for name, ok := range map[string]bool{
		"alice/ci": true, "ci": true, "@acme/export": true, "a.b@example.com/x-1": true, "a/b/c": false,
		"": false, "/ci": false, "alice/": false, "Alice/ci": false, "alice/CI": false, "ali ce/ci": false, "alicé/ci": false,
	} {
		got, gotOK := clientID(name, "bob")
		if gotOK != ok {
			t.Errorf("%q: %q, %v", name, got, gotOK)
		}
		if ref, err := apitok.ParseRef(name, "bob"); ok && (err != nil || got != ref.ClientID()) {
			t.Errorf("%q: %q, not %q, %v", name, got, ref.ClientID(), err)
		}
	}
	if id, ok := clientID("ci", ""); ok {
		t.Errorf("%q of nobody", id)
	}
}

// TestReadsWhatConfigWrites takes profiles through the writer of package config.
func TestReadsWhatConfigWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	err := config.Change(t.Context(), path, func(f *config.File) error {
		f.Current = "a"
		f.Profiles["a"] = config.Profile{Server: "https://k.example.com:8443/auth", Realm: "demo", CAFile: "/etc/ca.pem", MaxExpiry: "90d",
			Login: config.Login{Realm: "master", Username: "root"}}
		f.Profiles["b"] = config.Profile{Server: "http://127.0.0.1:8080", Realm: "r2", InsecureHTTP: true, Login: config.Login{ClientID: "op"}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a := profile{server: "https://k.example.com:8443/auth", realm: "demo", loginRealm: "master", username: "root"}
	b := profile{server: "http://127.0.0.1:8080", realm: "r2", insecure: true}
	for name, want := range map[string]*profile{"": &a, "a": &a, "b": &b, "c": nil} {
		if got, ok := read(string(text), name); ok != (want != nil) || ok && got != *want {
			t.Errorf("%q: %+v, %v", name, got, ok)
		}
	}
}

// TestRefusesWhatConfigRefuses: whether a profile is in order is not a matter of whether
// there is a token.
func TestRefusesWhatConfigRefuses(t *testing.T) {
	for line, want := range map[string]bool{
		"insecure_http: true": true, "insecure_http: maybe": false, "max_expiry: 90d": true, "max_expiry: 36h": true, "max_expiry: 0d": false, "max_expiry: d": false,
		"max_expiry: long": false, "max_expiry: 123456d": false,
	} {
		text := "current: a\nprofiles:\n    a:\n        server: https://k\n        realm: r\n        " + line + "\n"
		if _, ok := read(text, ""); ok != want {
			t.Errorf("%s: %v", line, ok)
		}
		var file config.File
		err := yaml.Unmarshal([]byte(text), &file)
		if err == nil {
			_, err = config.Resolve(config.Flags{}, func(string) string { return "" }, file)
		}
		if (err == nil) != want {
			t.Errorf("%s: %v", line, err)
		}
	}
	for _, k := range append(keystore.Kinds(), "", "other") {
		if _, err := keystore.Open(keystore.Options{Store: k}); kind(string(k)) != (err == nil) {
			t.Errorf("store %s: %v", k, err)
		}
	}
}

// FuzzRead: a file that is understood here and by YAML means the same to both.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"current: a\nprofiles:\n    a:\n        server: https://k\n        realm: r\n        login:\n            realm: m\n            username: u\n",
		"profiles:\n    a:\n        realm: r\n", "current: null\n", "current: a # b\n", "current: 'a'\n", "a: b\n", "current: a\ncurrent: b\n",
		"current: a\nprofiles:\n    a:\n        realm: r\n    a:\n        realm: s\n", "profiles:\n    a:\n        realm: r\n        realm: s\n",
		"profiles:\n    b:\n        realm: r\ncurrent: b\n", "current: y\nprofiles:\n    y:\n        realm: on\n        server: 0x1f\n", "",
		"profiles:\n    a: b\n", "profiles:\n        a:\n", "current:\nprofiles:\n    a:\n", "profiles:\n    a:\n        login:\n        realm: x\n",
		"# a\n\nprofiles:\n  # b\n    a:\n\n# c: d\n        realm: r\n        insecure_http: true\n        #\n", "current: a\n \n", "# \x00\n",
	} {
		f.Add(text, "a")
		f.Add(text, "")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		got, ok := read(text, name)
		if !ok {
			return
		}
		var file config.File
		if yaml.Unmarshal([]byte(text), &file) != nil {
			return
		}
		if name == "" {
			name = file.Current
		}
		p := file.Profiles[name]
		want := profile{server: p.Server, realm: p.Realm, insecure: p.InsecureHTTP, loginRealm: p.Login.Realm, username: p.Login.Username}
		got.store, got.cache = "", ""
		if got != want {
			t.Errorf("%q of %q: %+v, not %+v", name, text, got, want)
		}
	})
}

// TestServer: what is understood here, package config understands the same way.
func TestServer(t *testing.T) {
	for address, understood := range map[string]bool{
		"https://k": true, "https://k.example.com:8443/auth": true, "http://127.0.0.1:8080": true, "http://localhost/x": true, "http://localhost": true,
		"https://k/": true, "https://k/auth//": true, "http://localhost/": true,
		"https://": false, "https:///x": false, "https://u@k": false, "https://k?x": false, "https://k#x": false, "https://k/%41": false,
		"http://k": false, "http://127.0.0.1.example.com": false, "http://localhost.example.com": false, "HTTPS://k": false, "k": false, "": false,
		"http://127.0.0.10": false, "http://localhostx": false, "/": false,
	} {
		for _, insecure := range []bool{false, true} {
			got, ok := server(address, insecure)
			want, err := config.Server(address, insecure)
			if ok && (err != nil || got != want) {
				t.Errorf("%q: %q, not %q, %v", address, got, want, err)
			}
			if ok != understood && !insecure {
				t.Errorf("%q: %v", address, ok)
			}
		}
	}
	if got, ok := server("http://k:8080/", true); got != "http://k:8080" || !ok {
		t.Errorf("%q, %v", got, ok)
	}
}
