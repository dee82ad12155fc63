package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/cached"
	"github.com/apitok/apitok/pkg/keystore"
)

// What a start may take, in million instructions: what was measured with Go 1.26 on amd64, and up to a tenth for what
// differs elsewhere. Whoever has to raise one of them makes every start of the program slower, or every token.
const (
	maxVersion = 3.9
	maxToken   = 0.86
)

// TestStart holds what a start of the program costs, and that a cached token is printed before the packages of all other
// verbs are initialised: see docs/decisions/0012-the-hot-path.md.
func TestStart(t *testing.T) {
	program := build(t)
	env := home(t)
	token := keepToken(t, sample("alice.ci"), "Bearer")
	t.Run("packages", func(t *testing.T) { testPackages(t, env, token, program, "token", "alice/ci") })
	t.Run("version", func(t *testing.T) { testInstructions(t, env, maxVersion, "apitok dev", program, "version") })
	t.Run("token", func(t *testing.T) { testInstructions(t, env, maxToken, token, program, "token", "alice/ci") })
}

// build builds the program as a release is built.
func build(t *testing.T) (program string) {
	program = filepath.Join(t.TempDir(), "apitok")
	build := exec.Command("go", "build", "-trimpath", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}

// home gives this process a keyring and a home folder with a profile, and returns the variables that lead there.
func home(t *testing.T) (env []string) {
	env = append(testkit.Keyring(t), "HOME="+t.TempDir())
	for _, variable := range env {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	err := config.Change(t.Context(), filepath.Join(os.Getenv("HOME"), ".config/apitok/config.yaml"), func(f *config.File) error {
		f.Current = "demo"
		f.Profiles["demo"] = config.Profile{Server: demoServer, Realm: "demo", Login: config.Login{Realm: "master", Username: "root"}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return env
}

const demoServer = "https://keycloak.example.com"

// sample is a token of a credential in the realm of the profile.
func sample(client string) apitok.Item {
	return apitok.Item{Kind: apitok.TokenItem, Server: demoServer, Realm: "demo", Client: "apitok." + client}
}

// keepToken puts a token into the keyring and returns it. It is as long as Keycloak's.
func keepToken(t *testing.T, item apitok.Item, tokenType string) string {
	now := time.Now()
	token := cached.Token{AccessToken: strings.Repeat("0123456789abcdef", 80), Type: tokenType,
		FetchedAt: now.Unix(), RenewAt: now.Add(time.Hour).Unix(), ExpiresAt: now.Add(2 * time.Hour).Unix()}
	store, err := keystore.Open(keystore.Options{Store: keystore.Keyring, Dir: t.TempDir()})
	if err == nil {
		err = store.Put(t.Context(), item, apitok.NewSecret(token.Encode(item.Key())), time.Time{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// mayBeEarly are the packages of others that import so little that they are initialised before package os is.
var mayBeEarly = []string{"github.com/charmbracelet/x/ansi/parser", "github.com/charmbracelet/harmonica"}

// mustBeLate are packages of Go which no answer needs that is to be quick.
var mustBeLate = []string{"crypto/tls", "encoding/json", "fmt", "net", "net/http", "os/exec", "reflect", "regexp"}

// testPackages has Go's runtime name what is initialised before the token is printed.
func testPackages(t *testing.T, env []string, token string, args ...string) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(env, "GODEBUG=inittrace=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if out, err := cmd.Output(); string(out) != token+"\n" || err != nil {
		t.Fatalf("%q, %v: %s", out, err, &stderr)
	}
	early := regexp.MustCompile(`(?m)^init (\S+) @`).FindAllStringSubmatch(stderr.String(), -1)
	if len(early) == 0 {
		t.Fatalf("no package is named in %q", &stderr)
	}
	for _, match := range early {
		name := match[1]
		first, _, _ := strings.Cut(name, "/")
		foreign := strings.Contains(first, ".") && !strings.HasPrefix(name, "github.com/apitok/")
		if foreign && !slices.Contains(mayBeEarly, name) || slices.Contains(mustBeLate, name) {
			t.Errorf("%s is initialised before a cached token is printed", name)
		}
	}
}

var collected = regexp.MustCompile(`Collected *: *(\d+)`)

// testInstructions counts with callgrind. How a program's threads meet differs from run to run by up to a tenth, so that
// the least of three counts; without garbage collection and with one thread at a time it differs by two in a hundred.
// Callgrind cannot follow the signals by which Go preempts.
func testInstructions(t *testing.T, env []string, most float64, answer string, args ...string) {
	if _, err := exec.LookPath("valgrind"); err != nil {
		t.Skip("no valgrind: run `make test`, which installs it or says how to")
	}
	least := math.Inf(1)
	for range 3 {
		cmd := exec.Command("valgrind", append([]string{"--tool=callgrind", "--callgrind-out-file=/dev/null"}, args...)...)
		cmd.Env = append(env, "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		count := collected.FindStringSubmatch(stderr.String())
		if !strings.HasPrefix(string(out), answer) || err != nil || count == nil {
			t.Fatalf("%q, %v: %s", out, err, &stderr)
		}
		var instructions float64
		if _, err := fmt.Sscan(count[1], &instructions); err != nil {
			t.Fatal(err)
		}
		least = min(least, instructions/1e6)
	}
	t.Logf("%.3f million instructions", least)
	if least > most {
		t.Errorf("%.2f million instructions, at most %.2f", least, most)
	}
}
