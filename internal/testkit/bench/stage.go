//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apitok/apitok/internal/testkit"
)

// A stage is what the ways are gone on: a realm with a credential, which apitok knows by two addresses.
type stage struct {
	// dir is the home folder of all programs.
	dir, apitok string
	server      *testkit.Server
	// realm is the name of a realm of its own, issuer its address.
	realm, issuer string
	// front is the server again behind TLS. caFile holds the one authority that vouches for it, bundle the system's and
	// that one.
	front          *httptest.Server
	caFile, bundle string
	// id and secret are the credential's.
	id, secret string
	// env is what all programs find.
	env []string
	// stopAgent ends oidc-agent.
	stopAgent func() error
}

// systemBundle is where Debian has the certificates that curl and Go trust.
const systemBundle = "/etc/ssl/certs/ca-certificates.crt"

// newStage prepares everything below dir. The apitok that is measured is the one that make build made.
func newStage(ctx context.Context, dir string) (*stage, error) {
	apitok, err := filepath.Abs(".build/apitok")
	if err != nil {
		return nil, err
	}
	s := &stage{
		dir: dir, apitok: apitok, server: testkit.FromEnvironment(), realm: "bench-" + strings.ToLower(rand.Text()[:8]),
		stopAgent: func() error { return nil },
	}
	if s.server.URL == "" {
		return nil, errors.New("no Keycloak: run `make bench`")
	}
	s.issuer = s.server.URL + "/realms/" + s.realm
	s.env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=" + os.Getenv("DBUS_SESSION_BUS_ADDRESS")}
	if err := s.server.ImportWith(ctx, s.realm, withAgent); err != nil {
		return nil, err
	}
	if s.front, s.caFile, err = testkit.StartTLSFront(s.server.URL, dir); err != nil {
		return nil, err
	}
	return s, errors.Join(s.writeBundle(), s.credentials(ctx))
}

func (s *stage) close() error {
	s.front.Close()
	return s.stopAgent()
}

// writeBundle is left out where the system keeps its certificates elsewhere.
func (s *stage) writeBundle() error {
	system, err := os.ReadFile(systemBundle)
	if err != nil {
		return nil //nolint:nilerr // the way that needs it says so
	}
	own, err := os.ReadFile(s.caFile)
	if err != nil {
		return err
	}
	s.bundle = filepath.Join(s.dir, "bundle.pem")
	return os.WriteFile(s.bundle, append(system, own...), 0o600)
}

// credentials makes one by way of each address: alice/ci and alice/tls. The profile system trusts what the system does.
func (s *stage) credentials(ctx context.Context) error {
	do := func(args ...string) (string, error) {
		return s.do(ctx, "", append([]string{s.apitok}, args...), "APITOK_LOGIN_PASSWORD="+s.server.Password)
	}
	var shown string
	for _, args := range [][]string{
		{"profile", "add", "system", "--server", s.front.URL, "--realm", s.realm},
		{"profile", "add", "tls", "--server", s.front.URL, "--realm", s.realm, "--ca-file", s.caFile},
		{"login", "--profile", "tls", "--username", s.server.Admin, "--login-realm", "master"},
		{"create", "alice/tls", "--profile", "tls", "--audience", "orders-api"},
		{"profile", "add", "plain", "--server", s.server.URL, "--realm", s.realm},
		{"profile", "use", "plain"},
		{"login", "--username", s.server.Admin, "--login-realm", "master"},
		{"create", "alice/ci", "--audience", "orders-api", "--show-secret", "-o", "env"},
	} {
		var err error
		if shown, err = do(args...); err != nil {
			return err
		}
	}
	for line := range strings.Lines(shown) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch name {
		case "APITOK_CLIENT_ID":
			s.id = value
		case "APITOK_CLIENT_SECRET":
			s.secret = value
		}
	}
	return nil
}

// do runs a program of the preparations and returns its output.
func (s *stage) do(ctx context.Context, stdin string, args []string, env ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = slices.Concat(s.env, env)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(args[:min(len(args), 3)], " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return string(out), nil
}
