package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// TestAHolderThatHangs: a process that is stopped while it holds a lock makes no other
// wait for ever, and the message tells how to find it.
func TestAHolderThatHangs(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "alice/ci", "--no-roles")
	w.must(0, "profile", "add", "work", "--server", w.proxy.URL, "--realm", w.realm.Name)
	folders := config.FindFolders(func(name string) string {
		value := ""
		for _, variable := range w.env {
			if text, ok := strings.CutPrefix(variable, name+"="); ok {
				value = text
			}
		}
		return value
	})
	locks, err := os.ReadDir(filepath.Join(folders.State, "locks"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		files []string
		code  int
		args  []string
	}{
		{"credential", nil, 6, []string{"rotate", "alice/ci"}},
		{"credential, deleted", nil, 6, []string{"revoke", "alice/ci", "--yes"}},
		{"index", []string{filepath.Join(folders.State, "index.lock")}, 6, []string{"create", "alice/other", "--no-roles"}},
		{"profiles", []string{filepath.Join(filepath.Dir(folders.Path()), ".config.lock")}, 7, []string{"profile", "add", "other", "--server", w.proxy.URL, "--realm", "r"}},
	}
	for _, lock := range locks {
		for i := range tests[:2] {
			tests[i].files = append(tests[i].files, filepath.Join(folders.State, "locks", lock.Name()))
		}
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, file := range test.files {
				unlock, err := atomicfile.Lock(t.Context(), file)
				if err != nil {
					t.Fatal(err)
				}
				defer unlock()
			}
			code, said := w.run(append(test.args, "--timeout", "2s")...)
			if code != test.code || !strings.Contains(said, "error: another process has held the lock "+filepath.Dir(test.files[0])) {
				t.Errorf("it ended with %d: %s", code, said)
			}
		})
	}
	w.must(0, "rotate", "alice/ci")
	w.must(0, "token", "alice/ci")
}
