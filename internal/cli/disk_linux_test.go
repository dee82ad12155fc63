package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// TestReadOnlyHome: tokens come, cached or not; what would have to be written says that it cannot be, before the server is
// changed.
func TestReadOnlyHome(t *testing.T) {
	disk := testkit.NewDisk(t)
	w := newWorkshop(t).at(t, "HOME="+disk.Dir)
	w.must(0, "profile", "add", "p", "--server", w.proxy.URL, "--realm", w.realm.Name)
	w.must(0, "create", "alice/ci", "--no-roles")
	_, token := w.run("token", "alice/ci")
	disk.Freeze()
	w.proxy.Reset()
	if code, said := w.run("token", "alice/ci"); code != 0 || said != token {
		t.Errorf("a cached token: %d: %s", code, said)
	}
	w.says(0, "", "token", "alice/ci", "--force")
	w.says(0, "the token is not cached: ", "token", "alice/ci", "--scope", "address")
	w.says(6, "error: writing the index of the keyring failed: ", "create", "alice/new")
	w.says(6, "error: writing the index of the keyring failed: ", "rotate", "alice/ci")
	w.says(1, "error: writing the profiles failed: ", "profile", "add", "q", "--server", w.proxy.URL, "--realm", "r")
	w.must(0, "list")
	w.untouched()
}

// TestDiskFillsUp: what was there before a write that failed is there after it, and nothing besides.
func TestDiskFillsUp(t *testing.T) {
	disk := testkit.NewDisk(t)
	w := newWorkshop(t).at(t, "HOME="+disk.Dir)
	w.must(0, "profile", "add", "p", "--server", w.proxy.URL, "--realm", w.realm.Name)
	w.must(0, "create", "alice/ci", "--no-roles")
	before := contents(t, disk.Dir)
	disk.Fill()
	w.proxy.Reset()
	w.says(6, "error: writing the index of the keyring failed: ", "create", "alice/new")
	w.says(1, "error: writing the profiles failed: ", "profile", "add", "q", "--server", w.proxy.URL, "--realm", "r")
	w.says(0, "the token is not cached: ", "token", "alice/ci")
	w.untouched()
	if after := contents(t, disk.Dir); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// contents is every file below a folder but locks, with what is in it.
func contents(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(path, "lock") {
			return err
		}
		content, err := os.ReadFile(path)
		all.WriteString(path + ":\n" + string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
