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
	JVM      string                           // options of Java
	Say      func(format string, args ...any) // told about each phase, one line
}

// QuickStart are options of Java for a server that is not used for long: a compiler that optimises less. On two cores the
// better one is ahead only after some three minutes of work, and does it in two thirds of the time from then on.
const QuickStart = "-XX:TieredStopAtLevel=1"

// FromEnv reads KEYCLOAK_VERSION, APITOK_TEST_KEYCLOAK_OPTS and APITOK_TEST_JAVA_OPTS.
func FromEnv(say func(string, ...any)) Options {
	o := Options{Version: os.Getenv("KEYCLOAK_VERSION"), JVM: QuickStart, Say: say}
	if jvm, chosen := os.LookupEnv("APITOK_TEST_JAVA_OPTS"); chosen {
		o.JVM = jvm
	}
	if o.Version == "" {
		o.Version = DefaultVersion
	}
	o.Extra = strings.Fields(os.Getenv("APITOK_TEST_KEYCLOAK_OPTS"))
	return o
}

// args are the arguments that do not differ from run to run. The database is in memory, because the server's data must
// be nobody else's; the forwarded headers are heeded for the sake of a front that speaks TLS; a password is hashed
// cheaply, for it took a fifth of the server's time; and rotation with grace is a preview feature, which changes nothing
// in a realm without a policy.
func (o Options) args() []string {
	args := []string{"start-dev", "--db=dev-mem", "--proxy-headers=xforwarded", "--http-host=127.0.0.1",
		"--spi-password-hashing--argon2--iterations=1", "--spi-password-hashing--argon2--memory=8"}
	if !slices.ContainsFunc(o.Extra, func(s string) bool { return strings.HasPrefix(s, "--features=") }) {
		args = append(args, "--features=client-secret-rotation")
	}
	return append(args, o.Extra...)
}
