//go:build unix

package main

import (
	"context"
	"os/exec"
	"path/filepath"
)

// The ways that others are measured by, and those that have a target.
const (
	reference     = "curl | jq, fetch"
	keyringCached = "apitok token, cached in the keyring"
	kubeloginHit  = "kubelogin get-token, cached in the keyring"
)

// ways are all ways, in the order of the table.
func (s *stage) ways(ctx context.Context) []way {
	all := []way{
		s.curl(reference, s.issuer, ""),
		{name: keyringCached, steps: s.token("alice/ci"), gives: oldToken},
		{name: "apitok token, cached in the kernel", steps: s.token("alice/ci"), env: []string{"APITOK_CACHE=kernel"}, gives: oldToken},
		{name: "apitok token, fetch", steps: s.token("alice/ci", "--no-cache"), gives: newToken},
	}
	all = append(all, s.overTLS()...)
	all = append(all, s.kubelogin(ctx)...)
	return append(all, s.secretTool(ctx), s.oidcToken(ctx), s.kcadm(),
		way{name: "apitok version", steps: []pipe{{{s.apitok, "version"}}}},
		s.hello(ctx),
	)
}

// token is apitok's way.
func (s *stage) token(args ...string) []pipe {
	return []pipe{{append([]string{s.apitok, "token"}, args...)}}
}

// curl is what a script does. The secret is on the command line, where it should not be, because that is the fastest.
func (s *stage) curl(name, issuer, bundle string) way {
	w := way{name: name, gives: newToken}
	curl := w.need("curl", "-sS", "-u", s.id+":"+s.secret, "-d", "grant_type=client_credentials")
	if bundle != "" {
		curl = append(curl, "--cacert", bundle)
	}
	w.steps = []pipe{{append(curl, issuer+"/protocol/openid-connect/token"), w.need("jq", "-r", ".access_token")}}
	return w
}

// overTLS fetches from the front, trusting one authority, and trusting all that the system trusts.
func (s *stage) overTLS() []way {
	all := []way{
		{name: "apitok token, fetch over TLS, --ca-file", steps: s.token("alice/tls", "--profile", "tls", "--no-cache")},
		{name: "apitok token, fetch over TLS, system's CAs", steps: s.token("alice/tls", "--profile", "system", "--no-cache"),
			env: []string{"SSL_CERT_FILE=" + s.bundle}},
		s.curl("curl | jq, fetch over TLS, system's CAs", s.front.URL+"/realms/"+s.realm, s.bundle),
	}
	for n := range all {
		all[n].gives = newToken
		if n > 0 && s.bundle == "" {
			all[n].missing = "no " + systemBundle
		}
	}
	return all
}

// secretTool reads a token that was put into the keyring.
func (s *stage) secretTool(ctx context.Context) way {
	w := way{name: "secret-tool lookup", gives: oldToken}
	w.steps = []pipe{{w.need("secret-tool", "lookup", "bench", s.realm)}}
	if w.missing == "" {
		token, err := s.do(ctx, "", s.token("alice/ci")[0][0])
		if err == nil {
			_, err = s.do(ctx, token, w.need("secret-tool", "store", "--label=bench", "bench", s.realm))
		}
		w.lacks(err)
	}
	return w
}

// hello is the floor for anything that is written in Go.
func (s *stage) hello(ctx context.Context) way {
	program := filepath.Join(s.dir, "hello")
	w := way{name: "hello world in Go", steps: []pipe{{{program}}}}
	w.lacks(build(ctx, ".", program, "./internal/testkit/bench/hello"))
	return w
}

// need finds a program.
func (w *way) need(program string, args ...string) []string {
	path, err := exec.LookPath(program)
	if err != nil {
		w.missing = "no " + program
	}
	return append([]string{path}, args...)
}

// lacks leaves the way out if its preparation failed.
func (w *way) lacks(err error) {
	if err != nil {
		w.missing = err.Error()
	}
}
