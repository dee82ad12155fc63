package cli_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOthersCanWrite: profiles that somebody else could have written are not believed, nor is such an index; a symbolic link
// is followed, and stays one.
func TestOthersCanWrite(t *testing.T) {
	shared := newWorkshop(t)
	for _, tc := range []struct {
		name  string
		spoil func(t *testing.T, folder, file string)
		fine  bool
	}{
		{"left alone", func(*testing.T, string, string) {}, true},
		{"file for all", func(t *testing.T, _, file string) { chmod(t, file, 0o666) }, false},
		{"folder for all", func(t *testing.T, folder, _ string) { chmod(t, folder, 0o777) }, false},
		{"folder for all, sticky", func(t *testing.T, folder, _ string) { chmod(t, folder, 0o777|os.ModeSticky) }, true},
		{"file for a group", func(t *testing.T, _, file string) { chown(t, file, -1, 4711); chmod(t, file, 0o660) }, false},
		{"file for the group of the user", func(t *testing.T, _, file string) {
			if os.Getuid() != os.Getgid() {
				t.Skip("the user's group has another number")
			}
			chmod(t, file, 0o660)
		}, true},
		{"file of another", func(t *testing.T, _, file string) { chown(t, file, 4711, -1) }, false},
		{"folder of another", func(t *testing.T, folder, _ string) { chown(t, folder, 4711, -1) }, false},
		{"link", func(t *testing.T, _, file string) { moveAndLink(t, file, t.TempDir()) }, true},
		{"link to a folder", func(t *testing.T, folder, _ string) { moveAndLink(t, folder, t.TempDir()) }, true},
		{"link into a folder for all", func(t *testing.T, _, file string) {
			other := t.TempDir()
			moveAndLink(t, file, other)
			chmod(t, other, 0o777)
		}, false},
		{"pipe", func(t *testing.T, _, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(file, 0o600); err != nil {
				t.Fatal(err)
			}
		}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			w := shared.at(t, "HOME="+home)
			w.must(0, "profile", "add", "p", "--server", w.proxy.URL, "--realm", w.realm.Name)
			folder := filepath.Join(home, ".config/apitok")
			file := filepath.Join(folder, "config.yaml")
			tc.spoil(t, folder, file)
			before := kind(t, file)
			if tc.fine {
				w.must(0, "profile", "add", "q", "--server", w.proxy.URL, "--realm", "r")
				w.says(0, "p", "profile", "list")
			} else {
				const want = "error: the profiles are not safe to use: "
				w.says(1, want, "token", "alice/ci")
				w.says(1, want, "profile", "add", "q", "--server", w.proxy.URL, "--realm", "r")
			}
			if kind(t, file) != before {
				t.Error("the file became another kind of file")
			}
		})
		t.Run("index, "+tc.name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "apitok")
			file := filepath.Join(folder, "index.json")
			w := shared.at(t, "XDG_STATE_HOME="+filepath.Dir(folder))
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			writeFile(t, file, "[]")
			tc.spoil(t, folder, file)
			if tc.fine {
				w.must(0, "list")
				return
			}
			w.says(6, "error: the index of the keyring is not safe to use: ", "create", "alice/new")
		})
	}
}

func kind(t *testing.T, file string) os.FileMode {
	t.Helper()
	info, err := os.Lstat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Type()
}

func chmod(t *testing.T, name string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(name, mode); err != nil {
		t.Fatal(err)
	}
}

// chown gives a file away, which only root can.
func chown(t *testing.T, name string, uid, gid int) {
	t.Helper()
	if err := os.Chown(name, uid, gid); err != nil {
		t.Skip(err)
	}
}

// moveAndLink moves a file or folder into another folder and leaves a link.
func moveAndLink(t *testing.T, name, to string) {
	t.Helper()
	moved := filepath.Join(to, filepath.Base(name))
	if err := os.Rename(name, moved); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(moved, name); err != nil {
		t.Fatal(err)
	}
}
