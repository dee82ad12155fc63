package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGeneratedFilesAreCurrent compares what is in the repository with what the
// commands say today, byte for byte.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	for folder, write := range map[string]func(string) error{
		"completions": writeCompletions,
		"docs/cli":    writeMarkdown,
	} {
		t.Run(folder, func(t *testing.T) {
			made := filepath.Join(t.TempDir(), "made")
			if err := write(made); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(read(t, made), read(t, filepath.Join("../../..", folder))); diff != "" {
				t.Errorf("%s is out of date; run make docs (-made +kept):\n%s", folder, diff)
			}
		})
	}
}

// TestManPages makes sure that the pages for a release can be made twice alike.
func TestManPages(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1795500000")
	first, second := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	for _, folder := range []string{first, second} {
		if err := writeMan(folder); err != nil {
			t.Fatal(err)
		}
	}
	pages := read(t, first)
	if diff := cmp.Diff(pages, read(t, second)); diff != "" || pages["apitok-create.1"] == "" {
		t.Errorf("man pages differ or are missing:\n%s", diff)
	}
}

func read(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		b, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(b)
	}
	return files
}
