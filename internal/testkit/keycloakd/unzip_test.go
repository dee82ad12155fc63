package keycloakd

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestUnzip(t *testing.T) {
	dir := t.TempDir()
	top, err := unzip(pack(t, map[string]fs.FileMode{"kc/": fs.ModeDir | 0o755, "kc/bin/kc.sh": 0o755, "kc/README.md": 0o644}), dir)
	if err != nil || top != filepath.Join(dir, "kc") {
		t.Fatalf("%q, %v", top, err)
	}
	for name, want := range map[string]bool{"bin/kc.sh": true, "README.md": false} {
		info, err := os.Stat(filepath.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode()&0o100 != 0; got != want {
			t.Errorf("%s may be run: %v", name, got)
		}
	}
}

// TestUnzipRefuses tries what leads out of the directory, and what is not one distribution.
func TestUnzipRefuses(t *testing.T) {
	for name, files := range map[string]map[string]fs.FileMode{
		"parent":   {"../evil": 0o644},
		"deep":     {"kc/../../evil": 0o644},
		"absolute": {"/tmp/apitok-evil": 0o644},
		"link":     {"kc/link": fs.ModeSymlink | 0o777},
		"two tops": {"a/x": 0o644, "b/x": 0o644},
		"no top":   {},
	} {
		t.Run(name, func(t *testing.T) {
			outer := t.TempDir()
			inner := filepath.Join(outer, "a", "b")
			if err := os.MkdirAll(inner, 0o700); err != nil {
				t.Fatal(err)
			}
			if top, err := unzip(pack(t, files), inner); err == nil {
				t.Errorf("unpacked to %s", top)
			}
			if evil, err := filepath.Glob(filepath.Join(outer, "*", "evil")); err != nil || len(evil) > 0 {
				t.Errorf("%v %v", evil, err)
			}
		})
	}
}

func pack(t *testing.T, files map[string]fs.FileMode) (archive string) {
	t.Helper()
	archive = filepath.Join(t.TempDir(), "a.zip")
	f, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for name, mode := range files {
		header := &zip.FileHeader{Name: name}
		header.SetMode(mode)
		w, err := z.CreateHeader(header)
		if err == nil && !mode.IsDir() {
			_, err = w.Write([]byte("content"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return archive
}
