//go:build unix

package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"runtime"

	"github.com/apitok/apitok/internal/testkit/keycloakd"
	"github.com/apitok/apitok/internal/testkit/reaper"
	"github.com/apitok/apitok/internal/testkit/secretservice"
)

// bed is what was started so far.
type bed struct {
	reaper  *reaper.Reaper
	keyring *secretservice.Keyring
}

// prepare starts everything and returns what to add to the environment. A signal makes it give up with context.Canceled.
func (b *bed) prepare(signals <-chan os.Signal, with, try programs) ([]string, error) {
	ctx, cancel := context.WithCancel(context.Background())
	prepared := make(chan struct{})
	defer cancel()
	defer close(prepared)
	go func() {
		select {
		case <-signals:
			cancel()
		case <-prepared:
		}
	}()
	var err error
	if b.reaper, err = reaper.Start(); err != nil {
		return nil, err
	}
	if err := provide(ctx, os.Getenv("APITOK_TEST_KEYCLOAK") == "", with); err != nil {
		return nil, err
	}
	provideIfPossible(ctx, try)
	env, err := b.secretService(ctx)
	if err != nil {
		return nil, err
	}
	server, err := b.keycloak(ctx)
	return append(env, server...), err
}

func (b *bed) secretService(ctx context.Context) (env []string, err error) {
	if runtime.GOOS != "linux" {
		return nil, nil
	}
	if b.keyring, err = secretservice.StartKeyring(ctx); err != nil {
		return nil, err
	}
	return b.keyring.Env(), b.reaper.Dir(b.keyring.Dir())
}

func (b *bed) keycloak(ctx context.Context) (env []string, err error) {
	if url := os.Getenv("APITOK_TEST_KEYCLOAK"); url != "" {
		say("using the Keycloak at %s", url)
		return []string{
			"APITOK_TEST_ADMIN=" + cmp.Or(os.Getenv("APITOK_TEST_ADMIN"), "admin"),
			"APITOK_TEST_ADMIN_PASSWORD=" + cmp.Or(os.Getenv("APITOK_TEST_ADMIN_PASSWORD"), "admin"),
		}, nil
	}
	server, err := keycloakd.Start(ctx, keycloakd.FromEnv(say), b.reaper)
	if err != nil {
		return nil, err
	}
	return []string{
		"APITOK_TEST_KEYCLOAK=" + server.URL,
		"APITOK_TEST_ADMIN=" + server.Admin,
		"APITOK_TEST_ADMIN_PASSWORD=" + server.Password,
	}, nil
}

func (b *bed) close() error {
	var errs []error
	if b.reaper != nil {
		errs = append(errs, b.reaper.Close())
	}
	if b.keyring != nil {
		errs = append(errs, b.keyring.Stop())
	}
	return errors.Join(errs...)
}
