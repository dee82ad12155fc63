package testkit

import (
	"cmp"
	"os"
	"strings"
	"sync"
	"testing"
)

// Server is a running Keycloak with its administrator. It is safe for concurrent use.
type Server struct {
	URL, Admin, Password string

	tokens adminTokens
}

// FromEnvironment is the server that testbed names in the environment, for programs; its URL is empty where there is none.
func FromEnvironment() *Server { return shared() }

// shared lets the tests of one binary use one administrator's token.
var shared = sync.OnceValue(func() *Server { //nolint:gochecknoglobals // a constant in all but syntax: read from the environment once
	return &Server{
		URL:      strings.TrimSuffix(os.Getenv("APITOK_TEST_KEYCLOAK"), "/"),
		Admin:    cmp.Or(os.Getenv("APITOK_TEST_ADMIN"), "admin"),
		Password: cmp.Or(os.Getenv("APITOK_TEST_ADMIN_PASSWORD"), "admin"),
	}
})

// Keycloak is the server that testbed names in the environment.
func Keycloak(t testing.TB) *Server {
	t.Helper()
	s := shared()
	if s.URL == "" {
		const hint = "no Keycloak: run `make test`, or set APITOK_TEST_KEYCLOAK to the URL of one"
		if os.Getenv("CI") != "" {
			t.Fatal(hint)
		}
		t.Skip(hint)
	}
	return s
}
