package cli_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// TestInspectWithoutKeys: what the token says is printed also where the server does not
// say whether it is true.
func TestInspectWithoutKeys(t *testing.T) {
	w := newWorkshop(t)
	w.must(0, "create", "alice/ci", "--no-roles")
	w.must(0, "inspect", "alice/ci")
	keys := testkit.Route(http.MethodGet, "/protocol/openid-connect/certs$")
	tests := []struct {
		name  string
		fault testkit.Fault
		code  int
		said  string
	}{
		{"busy", testkit.Answer(http.StatusServiceUnavailable, 0), 7, "error: " + w.proxy.URL + " does not give the keys of realm"},
		{"gone", testkit.Answer(http.StatusNotFound, 0), 3, "error: there is no realm"},
		{"refused", testkit.Answer(http.StatusForbidden, 0), 4, "hint: the realm may be disabled"},
		{"no keys", testkit.Answer(http.StatusNoContent, 0), 7, "204 No Content instead of keys"},
		{"cut off", testkit.Cut(), 7, "error: cannot reach"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w.proxy.Reset()
			w.proxy.When(keys, test.fault)
			code, said := w.run("inspect", "alice/ci")
			if code != test.code || !strings.Contains(said, test.said) || !strings.Contains(said, "credential\talice/ci\n") ||
				!strings.Contains(said, "signature\tunchecked: the keys of the realm cannot be fetched\n") {
				t.Errorf("it ended with %d: %s", code, said)
			}
		})
	}
}
