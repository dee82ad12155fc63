//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/apitok/apitok/internal/testkit/keycloakd"
)

// kubelogin gets tokens of the same credential. It prints them in the form that kubectl reads.
func (s *stage) kubelogin(ctx context.Context) []way {
	program := filepath.Join(s.dir, "kubelogin")
	err := build(ctx, "internal/testkit/peers", program, "github.com/int128/kubelogin")
	var all []way
	for _, kind := range []struct{ name, storage string }{{kubeloginHit, "keyring"}, {"kubelogin get-token, cached on disk", "disk"}} {
		w := way{name: kind.name, gives: oldToken, steps: []pipe{{{program, "get-token", "--oidc-issuer-url", s.issuer,
			"--oidc-client-id", s.id, "--oidc-client-secret", s.secret, "--oidc-use-access-token", "--grant-type", "client-credentials",
			"--token-cache-storage", kind.storage, "--token-cache-dir", filepath.Join(s.dir, "kubelogin-cache")}}}}
		w.lacks(err)
		all = append(all, w)
	}
	return all
}

// kcadm signs in and leaves the token in its file.
func (s *stage) kcadm() way {
	w := way{name: "kcadm config credentials; jq, fetch", gives: newToken, runs: 5}
	dist, ok := keycloakd.Distribution(keycloakd.FromEnv(nil))
	if !ok {
		w.missing = "no distribution of Keycloak in the cache"
		return w
	}
	config := filepath.Join(s.dir, "kcadm.config")
	w.steps = []pipe{
		{{filepath.Join(dist, "bin", "kcadm.sh"), "config", "credentials", "--config", config, "--server", s.server.URL, "--realm", s.realm,
			"--client", s.id, "--secret", s.secret}},
		{w.need("jq", "-r", ".endpoints[][].token", config)},
	}
	return w
}

// build makes a program of a package, below the folder of its module.
func build(ctx context.Context, module, program, name string) error {
	cmd := exec.CommandContext(ctx, "go", "-C", module, "build", "-trimpath", "-o", program, name)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w: %.200s", name, err, out)
	}
	return nil
}
