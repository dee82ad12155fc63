package testkit

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
)

// A Kind is a Keycloak with other features, or of another version, than the one of [Keycloak]. The first test that asks
// for it starts it, and it ends with the tests.
type Kind struct {
	// Name is what its environment variable ends in, in upper case: APITOK_TEST_KEYCLOAK_NAME is the address of one that
	// runs already, with name and password of its administrator before the host.
	Name string
	// Version is empty for the usual one.
	Version string
	// Features are those that are on beside the default. Each kind also has the provider of exchanges that is in the
	// folder provider.
	Features []string

	start sync.Once
	found *Server
	err   error
	end   any // ends it when this process does
}

// Legacy has the legacy token exchange, on permissions as they are by default: version 2.
func Legacy() *Kind { return legacy() }

// LegacyV1 has the legacy token exchange on permissions of version 1.
func LegacyV1() *Kind { return legacyV1() }

// HowTo is LegacyV1 of the version that how-tos of impersonation were written for.
func HowTo() *Kind { return howTo() }

//nolint:gochecknoglobals // constants in all but syntax: one server of each kind for all tests of a binary
var (
	legacy = sync.OnceValue(func() *Kind {
		return &Kind{Name: "legacy", Features: []string{"token-exchange"}}
	})
	legacyV1 = sync.OnceValue(func() *Kind {
		return &Kind{Name: "legacy_v1", Features: []string{"token-exchange", "admin-fine-grained-authz:v1"}}
	})
	howTo = sync.OnceValue(func() *Kind {
		return &Kind{Name: "howto", Version: "26.3.1", Features: []string{"token-exchange", "admin-fine-grained-authz:v1"}}
	})
)

// KeycloakOf is the server of a kind. Where there is no server of the usual kind the test is skipped, as by [Keycloak].
func KeycloakOf(t testing.TB, kind *Kind) *Server {
	t.Helper()
	Keycloak(t)
	kind.start.Do(func() {
		if address := os.Getenv("APITOK_TEST_KEYCLOAK_" + strings.ToUpper(kind.Name)); address != "" {
			kind.found, kind.err = serverAt(address)
			return
		}
		kind.found, kind.err = kind.begin()
	})
	if kind.err != nil {
		t.Fatalf("Keycloak of kind %s: %v", kind.Name, kind.err)
	}
	return kind.found
}

func serverAt(address string) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return nil, fmt.Errorf("%s is no address with name and password of the administrator", address)
	}
	password, _ := u.User.Password()
	server := &Server{Admin: u.User.Username(), Password: password}
	u.User = nil
	server.URL = strings.TrimSuffix(u.String(), "/")
	return server, nil
}
