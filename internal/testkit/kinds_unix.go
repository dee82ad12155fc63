//go:build unix

package testkit

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/apitok/apitok/internal/testkit/keycloakd"
	"github.com/apitok/apitok/internal/testkit/reaper"
)

//go:embed provider
var provider embed.FS

// Reaping is for the TestMain of tests that use [KeycloakOf]: it is true when this process was only started to end the
// servers of another, which it has done then.
func Reaping() bool {
	if len(os.Args) < 2 || os.Args[1] != reaper.Argument {
		return false
	}
	if err := reaper.Run(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return true
}

func (k *Kind) begin() (*Server, error) {
	end, err := reaper.Start()
	if err != nil {
		return nil, err
	}
	k.end = end // held: its pipe must not be closed before this process ends
	project, err := fs.Sub(provider, "provider")
	if err != nil {
		return nil, err
	}
	options := keycloakd.Options{
		Version:  cmp.Or(k.Version, keycloakd.DefaultVersion),
		Extra:    []string{"--features=" + strings.Join(k.Features, ",")},
		Provider: project,
		JVM:      keycloakd.QuickStart,
		Say:      func(string, ...any) {},
	}
	server, err := keycloakd.Start(context.Background(), options, end)
	if err != nil {
		return nil, err
	}
	return &Server{URL: server.URL, Admin: server.Admin, Password: server.Password}, nil
}
