//go:build unix

package keycloakd

import (
	"io/fs"
	"os"
	"slices"
	"strings"
)

// DefaultVersion is the Keycloak that is started when nobody asks for another.
const DefaultVersion = "26.7.3"

// Options say which Keycloak to start.
type Options struct {
	Version  string
	Extra    []string                         // further arguments of kc.sh start-dev
	Provider fs.FS                            // a Maven project that is built and put into providers/; nil for none
	Say      func(format string, args ...any) // told about each phase, one line
}

// FromEnv reads KEYCLOAK_VERSION and APITOK_TEST_KEYCLOAK_OPTS.
func FromEnv(say func(string, ...any)) Options {
	o := Options{Version: os.Getenv("KEYCLOAK_VERSION"), Say: say}
	if o.Version == "" {
		o.Version = DefaultVersion
	}
	o.Extra = strings.Fields(os.Getenv("APITOK_TEST_KEYCLOAK_OPTS"))
	return o
}

// args are the arguments that do not differ from run to run. The database is in memory, because the server's data must
// be nobody else's; the forwarded headers are heeded for the sake of a front that speaks TLS; and rotation with grace is
// a preview feature, which changes nothing in a realm without a policy.
func (o Options) args() []string {
	args := []string{"start-dev", "--db=dev-mem", "--proxy-headers=xforwarded", "--http-host=127.0.0.1"}
	if !slices.ContainsFunc(o.Extra, func(s string) bool { return strings.HasPrefix(s, "--features=") }) {
		args = append(args, "--features=client-secret-rotation")
	}
	return append(args, o.Extra...)
}
