package layout

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mayImport names each room and the rooms of ours that its shipped files may import. Tests are freer: they put real parts
// together.
var mayImport = map[string][]string{
	"cmd/apitok": {"internal/cli", "internal/hot"},
	"internal/cli": {
		"internal/config", "internal/handover", "internal/ledger", "internal/loopback", "internal/output", "internal/process", "internal/prompt",
		"pkg/apitok", "pkg/atomicfile", "pkg/flight", "pkg/grant", "pkg/keycloak", "pkg/keystore", "pkg/sealed", "pkg/transport",
	},
	"internal/cli/docgen": {"internal/cli"},
	"internal/hot":        {"pkg/cached", "pkg/kernelkeys", "pkg/secretservice"},
	"internal/config":     {"pkg/apitok", "pkg/atomicfile"},
	"internal/ledger":     {"pkg/apitok"},
	"internal/loopback":   {},
	"internal/handover":   {"pkg/apitok"},
	"internal/output":     {"pkg/apitok"},
	"internal/process":    {"pkg/apitok"},
	"internal/prompt":     {"pkg/apitok"},
	"pkg/keycloak":        {"pkg/apitok"},
	"pkg/sealed":          {"pkg/apitok", "pkg/atomicfile"},
	"pkg/keystore":        {"pkg/apitok", "pkg/atomicfile", "pkg/kernelkeys", "pkg/secretservice"},
	"pkg/kernelkeys":      {},
	"pkg/atomicfile":      {},
	"pkg/transport":       {},
	"pkg/apitok":          {"pkg/cached", "pkg/flight", "pkg/grant", "pkg/jwks"},
	"pkg/cached":          {},
	"pkg/secretservice":   {},
	"pkg/flight":          {"pkg/atomicfile"},
	"pkg/grant":           {},
	"pkg/jwks":            {},
}

// libraryRooms names each foreign library that one room alone may know, and those that only tests and the testkit may use.
var libraryRooms = []struct {
	library   string
	rooms     []string
	testsOnly bool
}{
	{library: "github.com/spf13/cobra", rooms: []string{"internal/cli", "internal/cli/docgen"}},
	{library: "github.com/spf13/pflag", rooms: []string{"internal/cli", "internal/cli/docgen"}},
	{library: "github.com/Nerzal/gocloak", rooms: []string{"pkg/keycloak"}},
	{library: "github.com/go-resty/resty", rooms: []string{"pkg/keycloak"}},
	{library: "github.com/zalando/go-keyring", rooms: []string{"pkg/keystore"}},
	{library: "filippo.io/age", rooms: []string{"pkg/keystore", "pkg/sealed"}},
	{library: "golang.org/x/crypto", rooms: []string{"pkg/sealed"}},
	{library: "github.com/coreos/go-oidc", rooms: []string{"pkg/jwks", "internal/testkit/ordersapi"}},
	{library: "github.com/olekukonko/tablewriter", rooms: []string{"internal/output"}},
	{library: "rsc.io/qr", rooms: []string{"internal/output"}},
	{library: "charm.land/huh", rooms: []string{"internal/prompt"}},
	{library: "github.com/charmbracelet/huh", rooms: []string{"internal/prompt"}},
	{library: "charm.land/bubbles", rooms: []string{"internal/prompt"}},
	{library: "github.com/google/go-cmp", testsOnly: true},
	{library: "github.com/rogpeppe/go-internal", testsOnly: true},
}

const testkit = "internal/testkit"

// within says whether a room or package is the parent itself or lies below it.
func within(name, parent string) bool {
	return name == parent || strings.HasPrefix(name, parent+"/")
}

// rooms holds the direction of imports between our own packages.
func rooms(files []*file) (broken []string) {
	for _, f := range files {
		if f.isTest() || within(f.dir, testkit) {
			continue
		}
		if _, known := mayImport[f.dir]; !known {
			broken = append(broken, fmt.Sprintf(
				"%s:1: room %s is unknown: name it, and what it may import, in mayImport of internal/layout/imports_test.go",
				f.path, f.dir))
		}
	}
	return append(broken, eachImport(files, roomRule)...)
}

func roomRule(f *file, imported string) string {
	to, ours := strings.CutPrefix(imported, module+"/")
	shipped := !f.isTest() && !within(f.dir, testkit)
	switch {
	case !ours || to == f.dir:
		return ""
	case shipped && within(to, testkit):
		return "only tests and the testkit's own programs import the testkit"
	case within(f.dir, "pkg") && within(to, "internal") && (shipped || !within(to, testkit)):
		return "pkg never imports internal, so that others can use it as a library"
	case shipped && !slices.Contains(mayImport[f.dir], to):
		return "imports go one way: cmd -> internal/cli -> {config, handover, ledger, loopback, output, process, prompt, keycloak, keystore, transport} -> " +
			"pkg/apitok -> pkg/grant, and the rooms in braces do not know each other"
	}
	return ""
}

// libraries holds that a foreign library which could be exchanged is known to one room only.
func libraries(files []*file) []string {
	return eachImport(files, func(f *file, imported string) string {
		for _, l := range libraryRooms {
			if !within(imported, l.library) || slices.Contains(l.rooms, f.dir) {
				continue
			}
			if !l.testsOnly {
				return "only " + strings.Join(l.rooms, " and ") + " may know this library"
			}
			if !f.isTest() && !within(f.dir, testkit) {
				return "only tests may use this library"
			}
		}
		return ""
	})
}

// eachImport asks about every import of every file and words what it hears.
func eachImport(files []*file, complaint func(f *file, imported string) string) (broken []string) {
	for _, f := range files {
		for _, spec := range f.syntax.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				broken = append(broken, fmt.Sprintf("%s: %v", f.at(spec.Pos()), err))
				continue
			}
			if why := complaint(f, imported); why != "" {
				broken = append(broken, fmt.Sprintf("%s: %s imports %s: %s", f.at(spec.Pos()), f.dir, imported, why))
			}
		}
	}
	return broken
}
