package layout

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// leakPatterns name what no file of the repository may hold. None of them matches itself.
var leakPatterns = []struct {
	what    string
	pattern *regexp.Regexp
}{
	{"a path of somebody's machine", regexp.MustCompile(
		"(^|[\\s\"'`(=:,<>\\[])" + `(/(root|work)/|/(home|Users)/[a-z][\w.-]*/|[A-Z]:\\Users\\\w)`)},
	{"a private key", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)},
	{"a signed token", regexp.MustCompile(`\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}`)},
	{"a token of GitHub", regexp.MustCompile(`\b(gh[pousr]_\w{30,}|github_pat_\w{30,})`)},
	{"a key of AWS", regexp.MustCompile(`\bAKIA[0-9A-Z]{16}\b`)},
	{"a client secret as Keycloak makes them", regexp.MustCompile(`(?i)(secret|password)\W{1,6}[A-Za-z0-9]{32}\b`)},
}

// TestLeaks reads what git tracks or would add, documents and scripts included.
func TestLeaks(t *testing.T) {
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = top
	out, err := list.Output()
	if err != nil {
		t.Skipf("git cannot list the files here: %v", err)
	}
	for _, name := range strings.Split(strings.Trim(string(out), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		report(t, leaks(name, text))
	}
}

// leaks never repeats what it found.
func leaks(name string, text []byte) (broken []string) {
	if bytes.ContainsRune(text, 0) {
		return nil
	}
	for number, line := range bytes.Split(text, []byte("\n")) {
		for _, p := range leakPatterns {
			if p.pattern.Match(line) {
				broken = append(broken, fmt.Sprintf("%s:%d: looks like %s: files hold none", name, number+1, p.what))
			}
		}
	}
	return broken
}
