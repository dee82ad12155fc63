package secretservice_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keystore"
	"github.com/apitok/apitok/pkg/secretservice"
)

// ample is far more than an answer takes.
const ample = 10 * time.Second

// bring makes the environment that a keyring of the testkit has this process's own.
func bring(t *testing.T, env []string) {
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
}

// TestGet reads what go-keyring wrote, of any length.
func TestGet(t *testing.T) {
	bring(t, testkit.Keyring(t))
	store, err := keystore.Open(keystore.Options{Store: keystore.Keyring, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for n, secret := range []string{"s", "é\nb\x00c", strings.Repeat("0123456789abcdef", 1<<16)} {
		item := apitok.Item{Kind: apitok.TokenItem, Client: strings.Repeat("x", n)}
		if err := store.Put(t.Context(), item, apitok.NewSecret(secret), time.Time{}); err != nil {
			t.Fatal(err)
		}
		if got, err := secretservice.Get(secretservice.Address(), "apitok", item.Key(), ample); got != secret || err != nil {
			t.Errorf("%d bytes for %d, %v", len(got), len(secret), err)
		}
	}
	for _, missing := range []string{"", "token   xxxx  "} {
		if got, err := secretservice.Get(secretservice.Address(), "apitok", missing, ample); !errors.Is(err, secretservice.ErrNotFound) {
			t.Errorf("%q: %q, %v", missing, got, err)
		}
	}
}

// TestNoAnswer has keyrings that do not give their secrets away.
func TestNoAnswer(t *testing.T) {
	for name, start := range map[string]func(testing.TB) []string{
		"hung": testkit.HungKeyring, "none": testkit.NoSecretService, "locked": testkit.LockedKeyring,
	} {
		t.Run(name, func(t *testing.T) {
			bring(t, start(t))
			if got, err := secretservice.Get(secretservice.Address(), "apitok", "x", 100*time.Millisecond); !errors.Is(err, secretservice.ErrNoAnswer) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}
