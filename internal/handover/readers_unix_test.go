//go:build unix

package handover

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// odd are values that mean something to one or the other who reads them.
var odd = []string{
	"plain", "two words", " at the edges ", "#", "a #b", "a$HOME", "$$", "`id`", "$(id)", `"`, `"quoted"`, "it's", `'"'`, `corp\alice`, `a\nb`,
	"a=b", "=", "!x", "*", "~", "-n", "--body=x", "END", "${HOME}", `a\`, `\\`, "%s", "&", "a;b", "<x>", "null", "yes", "0123", "é", "ファン", "🔑", "فا\u200cن",
}

// readers are the programs that read what a credential is written as, how to see that they are there, and how they tell
// what they read.
var readers = []struct {
	format string
	there  []string
	read   func(t *testing.T, text string) map[string]string
}{
	{"env", []string{"sh", "-c", ":"}, sourced("sh")},
	{"env", []string{"bash", "-c", ":"}, sourced("bash")},
	{"dotenv", []string{"sh", "-c", ":"}, sourced("sh")},
	{"dotenv", []string{"node", "--env-file=/dev/null", "-e", ""}, byNode}, // since 20.6
	{"dotenv", []string{"python3", "-c", "import dotenv"}, byPython},
	{"dotenv", []string{"docker", "compose", "version"}, byCompose},
	{"docker", []string{"docker", "--version"}, byDocker},
	{"kubernetes", []string{"kubectl", "version", "--client"}, byKubectl},
	{"github-actions", []string{"sh", "-c", ":"}, byStandIn("gh", "sh")},
	{"github-actions", []string{"bash", "-c", ":"}, byStandIn("gh", "bash")},
	{"gitlab", []string{"sh", "-c", ":"}, byStandIn("glab", "sh")},
}

// TestReaders: what is written is what the programs read that it is for.
func TestReaders(t *testing.T) {
	for _, r := range readers {
		t.Run(r.format+" by "+r.there[0], func(t *testing.T) {
			t.Parallel()
			if err := exec.Command(r.there[0], r.there[1:]...).Run(); err != nil {
				t.Skip("cannot be run here: ", strings.Join(r.there, " "))
			}
			wrote := 0
			for values := range slices.Chunk(writable(r.format), 3) { // a program takes its time to start
				wrote += len(values)
				c := credential(values[0], values[len(values)-1])
				c.Server = values[len(values)/2]
				text, err := c.In(r.format)
				if err != nil {
					t.Fatal(err)
				}
				want := map[string]string{}
				for _, v := range c.variables() {
					want[v.name] = v.value
				}
				if diff := cmp.Diff(want, r.read(t, text)); diff != "" {
					t.Errorf("(-written +read):\n%s\n%s", diff, text)
				}
			}
			if wrote < len(odd)*2/3 {
				t.Errorf("only %d of %d could be written", wrote, len(odd))
			}
		})
	}
}

// writable returns the values that a format does not refuse. TestUnwritable knows which it has to.
func writable(format string) []string {
	return slices.DeleteFunc(slices.Clone(odd), func(value string) bool {
		_, err := credential(value, "x").In(format)
		return err != nil
	})
}

// stdout runs a program with more in its environment and returns what it writes.
func stdout(t *testing.T, env []string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", args[0], err, &stderr)
	}
	return out
}

func inFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "credential.env")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ours picks the four variables from those of an environment.
func ours(pairs []string) map[string]string {
	picked := map[string]string{}
	for _, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok && strings.HasPrefix(name, "APITOK_") && !strings.HasPrefix(name, "APITOK_TEST_") {
			picked[name] = value
		}
	}
	return picked
}

func fromJSON(t *testing.T, text []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

func sourced(shell string) func(*testing.T, string) map[string]string {
	return func(t *testing.T, text string) map[string]string {
		out := stdout(t, nil, shell, "-c", `set -a; . "$0"; env -0`, inFile(t, text))
		return ours(strings.Split(string(out), "\x00"))
	}
}

func byNode(t *testing.T, text string) (read map[string]string) {
	const tell = `console.log(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([k]) => /^APITOK_(?!TEST)/.test(k)))))`
	fromJSON(t, stdout(t, nil, "node", "--env-file="+inFile(t, text), "-e", tell), &read)
	return read
}

func byPython(t *testing.T, text string) (read map[string]string) {
	const tell = `import dotenv, json, sys; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))`
	fromJSON(t, stdout(t, nil, "python3", "-c", tell, inFile(t, text)), &read)
	return read
}

func byCompose(t *testing.T, text string) map[string]string {
	file := inFile(t, text)
	service := "services: {job: {image: none, env_file: credential.env}}"
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "compose.yaml"), []byte(service), 0o600); err != nil {
		t.Fatal(err)
	}
	var config struct {
		Services struct {
			Job struct{ Environment map[string]string }
		}
	}
	fromJSON(t, stdout(t, nil, "docker", "compose", "--project-directory", filepath.Dir(file), "config", "--format", "json", "--no-interpolate"), &config)
	return config.Services.Job.Environment
}
