package main

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A path is how an answer came about.
type path int

const (
	// quick is package hot's, slow is package cli's where nothing but time is lost.
	quick path = iota
	slow
	// lax is package hot's where package cli refuses: see docs/decisions/0012-the-hot-path.md.
	lax
)

// A question is what apitok token is asked, with what surrounds it.
type question struct {
	// args are the arguments, "token alice/ci" if there are none.
	args string
	// env are variables beside those that lead to the keyring.
	env string
	// config is config.yaml, that of home if it is "".
	config string
	want   path
}

const elsewhereYAML = "current: p\nprofiles:\n    p:\n        server: http://keycloak.example.com\n        realm: demo\n"

const aliceYAML = "current: p\nprofiles:\n    p:\n        server: https://keycloak.example.com\n        realm: demo\n        login:\n            username: alice\n"

var questions = map[string]question{
	"plain":           {},
	"header":          {args: "token alice/ci -o header"},
	"flags first":     {args: "-o header token alice/ci"},
	"an odd type":     {args: "token alice/odd"},
	"an odd header":   {args: "token alice/odd -o header", want: slow},
	"another format":  {args: "token alice/ci -o env", want: slow},
	"a longer life":   {args: "token alice/ci --min-validity 10m", want: slow},
	"nothing cached":  {args: "token alice/none", want: slow},
	"nobody's":        {args: "token ci", want: slow},
	"-v":              {args: "-v token alice/ci"},
	"--verbose=maybe": {args: "token alice/ci --verbose=maybe", want: slow},
	"--timeout":       {args: "token alice/ci --timeout 5s"},
	"--timeout 90d":   {args: "token alice/ci --timeout 90d", want: slow},
	"--insecure-http": {args: "token alice/ci --insecure-http"},
	"--profile":       {args: "token alice/ci --profile none", want: slow},
	"--server":        {args: "token alice/ci --server https://keycloak.example.com/"},
	"another server":  {args: "token alice/ci --server https://keycloak.example.com/auth", want: slow},
	"no server":       {args: "token alice/ci --server https://keycloak.example.com:port", want: slow},
	"--realm":         {args: "token alice/ci --realm demo"},
	"--ca-file":       {args: "token alice/ci --ca-file /none", want: lax},

	"APITOK_FOO":                      {env: "APITOK_FOO=x"},
	"APITOK_TIMEOUT":                  {env: "APITOK_TIMEOUT=x"},
	"APITOK_TOKEN":                    {env: "APITOK_TOKEN=x APITOK_TOKEN_FILE=/none"},
	"APITOK_PROFILE":                  {env: "APITOK_PROFILE=demo"},
	"APITOK_PROFILE=none":             {env: "APITOK_PROFILE=none", want: slow},
	"APITOK_SERVER":                   {env: "APITOK_SERVER=https://keycloak.example.com/"},
	"APITOK_SERVER=x":                 {env: "APITOK_SERVER=x", want: slow},
	"APITOK_REALM":                    {env: "APITOK_REALM=demo"},
	"APITOK_REALM=other":              {env: "APITOK_REALM=other", want: slow},
	"APITOK_INSECURE_HTTP":            {env: "APITOK_INSECURE_HTTP=true"},
	"APITOK_INSECURE_HTTP=maybe":      {env: "APITOK_INSECURE_HTTP=maybe", want: slow},
	"APITOK_CA_FILE":                  {env: "APITOK_CA_FILE=/none", want: lax},
	"APITOK_STORE":                    {env: "APITOK_STORE=keyring"},
	"APITOK_STORE=none":               {env: "APITOK_STORE=none", want: slow},
	"APITOK_STORE=other":              {env: "APITOK_STORE=other APITOK_CACHE=keyring", want: slow},
	"APITOK_CACHE":                    {env: "APITOK_STORE=file APITOK_CACHE=keyring"},
	"APITOK_CACHE=other":              {env: "APITOK_CACHE=other", want: slow},
	"APITOK_AGE_IDENTITY_FILE":        {env: "APITOK_AGE_IDENTITY_FILE=/none"},
	"APITOK_STORE_PASSPHRASE":         {env: "APITOK_STORE_PASSPHRASE=x APITOK_STORE_PASSPHRASE_FILE=/none"},
	"APITOK_HANDOVER_PASSPHRASE":      {env: "APITOK_HANDOVER_PASSPHRASE=x"},
	"APITOK_IMPERSONATION_KEY":        {env: "APITOK_IMPERSONATION_KEY=x"},
	"APITOK_LOGIN_PASSWORD":           {env: "APITOK_LOGIN_PASSWORD=x APITOK_LOGIN_PASSWORD_FILE=/none"},
	"APITOK_LOGIN_REALM":              {env: "APITOK_LOGIN_REALM=demo"},
	"APITOK_LOGIN_CLIENT_ID":          {env: "APITOK_LOGIN_CLIENT_ID=x APITOK_LOGIN_CLIENT_SECRET=x"},
	"APITOK_LOGIN_CLIENT_SECRET":      {env: "APITOK_LOGIN_CLIENT_SECRET=x APITOK_LOGIN_CLIENT_SECRET_FILE=/none"},
	"APITOK_LOGIN_CLIENT_SECRET_FILE": {env: "APITOK_LOGIN_CLIENT_ID=x APITOK_LOGIN_CLIENT_SECRET_FILE=/none", want: slow},
	"APITOK_CLIENT_ID":                {env: "APITOK_CLIENT_ID=x APITOK_CLIENT_SECRET=x"},
	"APITOK_CLIENT_SECRET":            {env: "APITOK_CLIENT_SECRET=x APITOK_CLIENT_SECRET_FILE=/none"},
	"APITOK_CLIENT_SECRET_FILE":       {env: "APITOK_CLIENT_ID=x APITOK_CLIENT_SECRET_FILE=/none", want: slow},

	"one's own": {args: "token ci", config: aliceYAML},
	"own, but for a client": {args: "token ci", env: "APITOK_LOGIN_CLIENT_ID=x", want: slow,
		config: aliceYAML},
	"http":                {config: elsewhereYAML, want: slow},
	"http allowed":        {config: elsewhereYAML + "        insecure_http: true\n"},
	"http not allowed":    {config: elsewhereYAML + "        insecure_http: false\n", want: slow},
	"allowed once":        {config: elsewhereYAML, args: "token alice/ci --insecure-http"},
	"allowed always":      {config: elsewhereYAML, env: "APITOK_INSECURE_HTTP=1"},
	"allowed to another":  {config: elsewhereYAML + "        insecure_http: true\n", env: "APITOK_SERVER=http://keycloak.example.com/", want: slow},
	"allowed by another":  {config: elsewhereYAML + "    q:\n        server: http://k\n        realm: r\n        insecure_http: true\n", want: slow},
	"comments":            {config: "# mine\n\n" + elsewhereYAML + "        # a safe network\n        insecure_http: true\n"},
	"a comment behind":    {config: elsewhereYAML + "        insecure_http: true # safe\n", want: slow},
	"quotes":              {config: strings.Replace(elsewhereYAML, "demo", "'demo'", 1) + "        insecure_http: true\n", want: slow},
	"an unknown field":    {config: elsewhereYAML + "        insecure_http: true\n        color: red\n", want: slow},
	"an expiry":           {config: elsewhereYAML + "        insecure_http: true\n        max_expiry: 36h\n"},
	"no expiry":           {config: elsewhereYAML + "        insecure_http: true\n        max_expiry: long\n", want: slow},
	"a file of the login": {config: elsewhereYAML + "        insecure_http: true\n        login:\n            client_id: op\n            key: /none\n"},
	"a field twice":       {config: elsewhereYAML + "        insecure_http: true\n        insecure_http: true\n", want: lax},
}

// TestPaths asks package hot and package cli the same: what both answer is the same, what one refuses and the other does not
// is known, and no setting makes an answer slow that has no part in it. Behind "--" package hot looks at nothing, and for
// package cli it means nothing.
func TestPaths(t *testing.T) {
	program := build(t)
	home(t)
	keepToken(t, sample("alice.ci"), "Bearer")
	keepToken(t, sample("alice.odd"), `a"b`)
	plain := sample("alice.ci")
	plain.Server = strings.Replace(plain.Server, "https", "http", 1)
	keepToken(t, plain, "Bearer")
	for name, q := range questions {
		t.Run(name, func(t *testing.T) {
			if q.config != "" {
				q.env += " XDG_CONFIG_HOME=" + writeConfig(t, q.config)
			}
			args := strings.Fields(q.args)
			if len(args) == 0 {
				args = []string{"token", "alice/ci"}
			}
			first, early := ask(t, program, q.env, args)
			// A keyring that is too busy to answer at once is left to package cli.
			for range 4 {
				if early || q.want == slow {
					break
				}
				first, early = ask(t, program, q.env, args)
			}
			second, never := ask(t, program, q.env, append(args, "--"))
			if never {
				t.Fatal("package hot answered behind --")
			}
			if early != (q.want != slow) {
				t.Errorf("answered by package hot: %v", early)
			}
			if (first == second) != (q.want != lax) {
				t.Errorf("package hot %+v\npackage cli %+v", first, second)
			}
			if q.want == lax && second.code == 0 {
				t.Errorf("not refused: %+v", second)
			}
		})
	}
}

type reply struct {
	code           int
	stdout, stderr string
}

var initLine = regexp.MustCompile(`(?m)^init (\S+) @.*\n`)

// ask runs the program; early tells that it ended before package net/http was initialised.
func ask(t *testing.T, program, env string, args []string) (r reply, early bool) {
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), append(strings.Fields(env), "GODEBUG=inittrace=1")...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	talk := initLine.ReplaceAllString(stderr.String(), "")
	return reply{cmd.ProcessState.ExitCode(), stdout.String(), talk}, !strings.Contains(stderr.String(), "init net/http @")
}

func writeConfig(t *testing.T, text string) (folder string) {
	folder = t.TempDir()
	file := filepath.Join(folder, "apitok", "config.yaml")
	err := os.Mkdir(filepath.Dir(file), 0o700)
	if err == nil {
		err = os.WriteFile(file, []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestEveryVariableIsAsked: whoever gives the program a variable says in questions whether it has a part in a token.
func TestEveryVariableIsAsked(t *testing.T) {
	variable := regexp.MustCompile(`"(APITOK_[A-Z_]*[A-Z])"`)
	var asked strings.Builder
	for q := range maps.Values(questions) {
		asked.WriteString(" " + q.env)
	}
	sources := 0
	for _, folder := range []string{"config", "cli", "handover"} {
		files, err := filepath.Glob(filepath.Join("../../internal", folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") }) {
			sources++
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range variable.FindAllStringSubmatch(string(text), -1) {
				if !strings.Contains(asked.String(), " "+match[1]+"=") {
					t.Errorf("%s: no question has %s", file, match[1])
				}
			}
		}
	}
	if sources == 0 {
		t.Error("no sources")
	}
}
