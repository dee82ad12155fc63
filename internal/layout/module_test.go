package layout

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// maxDirect keeps the list of people whose code we ask users to trust short enough to read.
const maxDirect = 18

func TestDirectDependencies(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(top, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	report(t, dependencies("go.mod", string(text), repository(t)))
}

// dependencies holds the number of direct requirements, and that go.mod and the imports agree on which are direct:
// otherwise the number would mean nothing.
func dependencies(name, text string, files []*file) (broken []string) {
	direct := 0
	for number, line := range strings.Split(text, "\n") {
		fields := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(fields) < 2 || !strings.HasPrefix(fields[1], "v") {
			continue
		}
		indirect := strings.HasSuffix(line, "// indirect")
		if !indirect {
			direct++
		}
		switch importer := importerOf(fields[0], files); {
		case importer == "" && !indirect:
			broken = append(broken, fmt.Sprintf("%s:%d: nothing imports %s: run go mod tidy", name, number+1, fields[0]))
		case importer != "" && indirect:
			broken = append(broken, fmt.Sprintf("%s:%d: %s is marked indirect and imported by %s: run go mod tidy",
				name, number+1, fields[0], importer))
		}
	}
	if direct > maxDirect {
		broken = append(broken, fmt.Sprintf("%s:1: %d direct dependencies: at most %d", name, direct, maxDirect))
	}
	return broken
}

// importerOf finds a file that imports a package of the required module.
func importerOf(required string, files []*file) string {
	for _, f := range files {
		for _, spec := range f.syntax.Imports {
			if within(strings.Trim(spec.Path.Value, "\""), required) {
				return f.at(spec.Pos())
			}
		}
	}
	return ""
}
