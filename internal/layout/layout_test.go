// Package layout holds the architecture of the repository as tests: which room may import which, how long a file and a
// function may grow, what has to be documented, and that every release target builds. It has no code of its own.
//
// The rules read source text rather than ask the go command, so that they hold for the files of every operating system at
// once and still speak when the code does not compile.
package layout

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/apitok/apitok"

// file is one Go file; dir and path are relative to the top of the repository, with slashes.
type file struct {
	path, dir string
	src       []byte
	syntax    *ast.File
	positions *token.FileSet
}

func (f *file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// at says where something is in the form that editors follow.
func (f *file) at(pos token.Pos) string {
	return fmt.Sprintf("%s:%d", f.path, f.positions.Position(pos).Line)
}

// rule looks at all files at once and answers with one line for each thing that breaks it.
type rule func([]*file) []string

var rules = []struct {
	name  string
	check rule
}{
	{"rooms", rooms},
	{"libraries", libraries},
	{"size", size},
	{"docs", docs},
	{"format", format},
}

func TestRules(t *testing.T) {
	files := repository(t)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) { report(t, r.check(files)) })
	}
}

func report(t *testing.T, broken []string) {
	t.Helper()
	for _, line := range broken {
		t.Error(line)
	}
}

// top is the top folder of the repository; go test runs a package's tests in that package's folder.
const top = "../.."

// repository reads every Go file of the module, as the go command would choose folders.
func repository(t *testing.T) []*file {
	t.Helper()
	var files []*file
	err := filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipFolder(name, entry.Name())
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		files = append(files, parse(t, filepath.ToSlash(relative), src))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(files, func(f *file) bool { return !f.isTest() }) {
		t.Fatal("no source file found: the rules would hold of nothing")
	}
	return files
}

// skipFolder leaves out what the go command leaves out, and modules of their own.
func skipFolder(name, base string) error {
	if name == top {
		return nil
	}
	if base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func parse(t *testing.T, name string, src []byte) *file {
	t.Helper()
	positions := token.NewFileSet()
	syntax, err := parser.ParseFile(positions, name, src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return &file{path: name, dir: path.Dir(name), src: src, syntax: syntax, positions: positions}
}
