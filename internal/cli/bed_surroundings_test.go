package cli_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// at is the workshop in the hands of a test, with more in the environment.
func (w *workshop) at(t *testing.T, env ...string) *workshop {
	other := *w
	other.t, other.env = t, append(slices.Clone(w.env), env...)
	return &other
}

// getenv is the value of a variable in the environment of its commands.
func (w *workshop) getenv(name string) (value string) {
	for _, variable := range w.env {
		if after, ok := strings.CutPrefix(variable, name+"="); ok {
			value = after // the last one counts
		}
	}
	return value
}

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// userFolder is where a desktop session keeps the socket of its bus.
func userFolder() string { return "/run/user/" + strconv.Itoa(os.Getuid()) }

// says demands an exit code, and a text among what is said.
func (w *workshop) says(code int, text string, args ...string) {
	w.t.Helper()
	if got, said := w.run(args...); got != code || !strings.Contains(said, text) {
		w.t.Errorf("apitok %s ended with %d, not %d, and did not say %q: %s", strings.Join(args, " "), got, code, text, said)
	}
}
