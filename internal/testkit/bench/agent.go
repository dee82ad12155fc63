//go:build unix

package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
)

// agentClient is the client id and the secret of oidc-agent: it takes no client without redirects.
const agentClient = "agent"

// withAgent adds oidc-agent's client to a realm. It signs alice in by her password, because nobody is there for a browser.
func withAgent(realm map[string]any) {
	clients, _ := realm["clients"].([]any) // none is an empty list
	realm["clients"] = append(clients, map[string]any{
		"clientId": agentClient, "secret": agentClient, "publicClient": false, "standardFlowEnabled": false, "directAccessGrantsEnabled": true,
	})
}

// oidcToken asks a running agent.
func (s *stage) oidcToken(ctx context.Context) way {
	w := way{name: "oidc-token, from a running agent", gives: oldToken, steps: []pipe{nil}}
	agent, generate := w.need("oidc-agent"), w.need("oidc-gen", "bench", "--manual", "--iss", s.issuer, "--scope", "openid offline_access",
		"--client-id", agentClient, "--client-secret", agentClient, "--redirect-uri", "http://localhost:4242", "--flow", "password",
		"--op-username", "alice", "--op-password", "alice-password", "--pw-env=OIDC_ENCRYPTION_PW", "--confirm-default", "--prompt", "none")
	w.steps[0] = pipe{w.need("oidc-token", "bench")}
	if w.missing != "" {
		return w
	}
	socket := filepath.Join(s.dir, "agent")
	w.env = []string{"OIDC_SOCK=" + socket}
	err := s.startAgent(ctx, agent[0], socket)
	if err == nil {
		_, err = s.do(ctx, "", generate, w.env[0], "OIDC_ENCRYPTION_PW=bench")
	}
	w.lacks(err)
	return w
}

// startAgent starts one that goes on in the background.
func (s *stage) startAgent(ctx context.Context, program, socket string) error {
	said, err := s.do(ctx, "", []string{program, "--socket-path", socket})
	if err != nil {
		return err
	}
	found := regexp.MustCompile(`OIDCD_PID=\d+`).FindString(said)
	if found == "" {
		return fmt.Errorf("oidc-agent does not say its process: %s", said)
	}
	s.stopAgent = func() error {
		_, err := s.do(context.WithoutCancel(ctx), "", []string{program, "--kill"}, found)
		return err
	}
	return nil
}
