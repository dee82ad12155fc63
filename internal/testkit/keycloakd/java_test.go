//go:build unix

package keycloakd

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestJavaVersion(t *testing.T) {
	for out, want := range map[string]int{
		"openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime":                   17,
		"openjdk version \"21\" 2023-09-19":                                         21,
		"java version \"1.8.0_402\"\nJava(TM) SE":                                   8,
		"Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version \"25-ea\" 2025-09-16": 25,
		"The operation couldn't be completed.":                                      0,
	} {
		if got := javaVersion(out); got != want {
			t.Errorf("%q: %d, want %d", out, got, want)
		}
	}
}

// TestJava looks for one where only a script says that it is one.
func TestJava(t *testing.T) {
	old, good := fakeJava(t, "11.0.2"), fakeJava(t, "17.0.1")
	for _, tc := range []struct{ name, home, path, want string }{
		{"PATH", "", good, good},
		{"JAVA_HOME first", good, fakeJava(t, "21"), good},
		{"an old JAVA_HOME", old, good, good},
		{"too old", old, old, ""},
		{"none", "", t.TempDir(), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Setenv("JAVA_HOME", tc.home)
			t.Setenv("PATH", filepath.Join(tc.path, "bin")+":/usr/bin:/bin")
			if tc.want == "" { // The machine's own would be found there.
				t.Setenv("PATH", filepath.Join(tc.path, "bin"))
			}
			got, err := Java(t.Context())
			if tc.want == "" {
				if !errors.Is(err, ErrNoJava) {
					t.Errorf("%q, %v", got, err)
				}
				return
			}
			if want := filepath.Join(tc.want, "bin", "java"); got != want || err != nil {
				t.Errorf("%q, %v; want %q", got, err, want)
			}
		})
	}
}

// fakeJava makes a Java home whose java does nothing but say its version.
func fakeJava(t *testing.T, version string) (home string) {
	t.Helper()
	home = t.TempDir()
	if err := os.Mkdir(filepath.Join(home, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho 'openjdk version \"" + version + "\"' >&2\n"
	if err := os.WriteFile(filepath.Join(home, "bin", "java"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return home
}
