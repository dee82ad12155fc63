package config

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/pkg/apitok"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func TestServer(t *testing.T) {
	tests := []struct {
		text     string
		insecure bool
		want     string
	}{
		{"https://k.example.com/", false, "https://k.example.com"},
		{"https://k.example.com:8443/auth/", false, "https://k.example.com:8443/auth"},
		{"http://127.0.0.1:8080", false, "http://127.0.0.1:8080"},
		{"http://[::1]:8080", false, "http://[::1]:8080"},
		{"http://localhost", false, "http://localhost"},
		{"http://kc.localhost:1", false, "http://kc.localhost:1"},
		{"http://k.example.com", true, "http://k.example.com"},
		{"http://k.example.com", false, ""},
		{"http://127.0.0.1.example.com", false, ""},
		{"http://localhost.example.com", false, ""},
		{"k.example.com", false, ""},
		{"https://user:pw@k.example.com", false, ""},
		{"https://k.example.com/?a=b", false, ""},
		{"ftp://k.example.com", true, ""},
		{"https://", false, ""},
		{"", false, ""},
	}
	for _, test := range tests {
		got, err := Server(test.text, test.insecure)
		if got != test.want || (test.want == "") != apitok.Usage.Is(err) {
			t.Errorf("Server(%q, %v) = %q, %v", test.text, test.insecure, got, err)
		}
	}
}

// TestOrder: a flag goes before the environment, and that before the profile.
func TestOrder(t *testing.T) {
	file := File{Current: "a", Profiles: map[string]Profile{
		"a": {Server: "https://a", Realm: "ra", CAFile: "ca", Login: Login{Realm: "master", Username: "root"}},
		"b": {Server: "https://b", Realm: "rb"},
	}}
	tests := []struct {
		name  string
		flags Flags
		env   []string
		want  Settings
	}{
		{"profile", Flags{}, nil, Settings{Profile: "a", Realm: apitok.Realm{Server: "https://a", Name: "ra"}, CAFile: "ca",
			Login: Login{Realm: "master", Username: "root"}}},
		{"environment", Flags{}, []string{"APITOK_SERVER", "https://e", "APITOK_REALM", "re", "APITOK_CA_FILE", "ce"},
			Settings{Profile: "a", Realm: apitok.Realm{Server: "https://e", Name: "re"}, CAFile: "ce", Login: Login{Realm: "master", Username: "root"}}},
		{"flags", Flags{Server: "https://f", Realm: "rf", Profile: "b"}, []string{"APITOK_SERVER", "https://e", "APITOK_REALM", "re", "APITOK_PROFILE", "a"},
			Settings{Profile: "b", Realm: apitok.Realm{Server: "https://f", Name: "rf"}}},
		{"accounts", Flags{Profile: "b"}, []string{"APITOK_LOGIN_CLIENT_ID", "op", "APITOK_LOGIN_CLIENT_SECRET", "s1", "APITOK_LOGIN_REALM", "master",
			"APITOK_CLIENT_ID", "c", "APITOK_CLIENT_SECRET", "s2"},
			Settings{Profile: "b", Realm: apitok.Realm{Server: "https://b", Name: "rb"}, Login: Login{Realm: "master", ClientID: "op"},
				LoginSecret: apitok.NewSecret("s1"), ClientID: "c", ClientSecret: apitok.NewSecret("s2")}},
	}
	for _, test := range tests {
		got, err := Resolve(test.flags, env(test.env...), file)
		if got != test.want || err != nil {
			t.Errorf("%s: %+v, %v", test.name, got, err)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	server := []string{"APITOK_SERVER", "https://k", "APITOK_REALM", "r"}
	for name, test := range map[string]struct {
		flags Flags
		env   []string
		kind  apitok.Kind
	}{
		"no server":          {Flags{}, nil, apitok.Usage},
		"no realm":           {Flags{Server: "https://k"}, nil, apitok.Usage},
		"no such profile":    {Flags{Profile: "x"}, server, apitok.NotFound},
		"neither yes nor no": {Flags{}, append([]string{"APITOK_INSECURE_HTTP", "maybe"}, server...), apitok.Usage},
		"two secrets":        {Flags{}, append([]string{"APITOK_CLIENT_ID", "c", "APITOK_CLIENT_SECRET", "s", "APITOK_CLIENT_SECRET_FILE", empty}, server...), apitok.Usage},
		"an empty file":      {Flags{}, append([]string{"APITOK_CLIENT_ID", "c", "APITOK_CLIENT_SECRET_FILE", empty}, server...), apitok.Usage},
		"no file":            {Flags{}, append([]string{"APITOK_CLIENT_ID", "c", "APITOK_CLIENT_SECRET_FILE", empty + "x"}, server...), apitok.Failed},
	} {
		if got, err := Resolve(test.flags, env(test.env...), File{}); !test.kind.Is(err) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestFileSecretKeepsWhatIsInside(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	for text, want := range map[string]string{"s\n": "s", "s\r\n": "s", " a b \n\n": " a b \n", "s": "s"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := FileSecret(file); got.Reveal() != want || err != nil {
			t.Errorf("%q: %q, %v", text, got.Reveal(), err)
		}
	}
	// It may as well be a token that was asked for.
	if _, err := FileSecret(file + "x"); apitok.AsError(err).Message != "reading the file failed" {
		t.Error(err)
	}
}

func TestFoldersWithoutAHome(t *testing.T) {
	tests := []struct {
		env  []string
		want Folders
	}{
		{nil, Folders{}},
		{[]string{"HOME", "/h"}, Folders{Config: "/h/.config/apitok", State: "/h/.local/state/apitok"}},
		{[]string{"HOME", "/h", "XDG_CONFIG_HOME", "/c", "XDG_STATE_HOME", "relative"}, Folders{Config: "/c/apitok", State: "/h/.local/state/apitok"}},
	}
	for _, test := range tests {
		if got := FindFolders(env(test.env...)); got != test.want {
			t.Errorf("%v: %+v", test.env, got)
		}
	}
	if path := (Folders{}).Path(); path != "" {
		t.Errorf("path %q", path)
	}
}

// TestChangesDoNotLoseEachOther has many writers at once.
func TestChangesDoNotLoseEachOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "apitok", "config.yaml")
	var wait sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		wait.Go(func() {
			if err := Change(t.Context(), path, func(f *File) error { f.Profiles[name] = Profile{Server: "https://" + name}; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	f, err := Load(path)
	if err != nil || len(f.Profiles) != 8 {
		t.Errorf("%+v, %v", f, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestLoadRefusesWhatItDoesNotKnow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	for text, ok := range map[string]bool{"": true, "current: a\n": true, "present: a\n": false, "\x00": false, "profiles: [1]": false} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Load(path)
		if (err == nil) != ok || ok && f.Profiles == nil {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
	if f, err := Load(""); err != nil || !cmp.Equal(f, File{Profiles: map[string]Profile{}}) {
		t.Errorf("%+v, %v", f, err)
	}
}
