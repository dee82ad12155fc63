package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/internal/testkit/ordersapi"
)

// operatorRoles are what the documentation says that an administrator's account
// needs.
var operatorRoles = []string{"manage-clients", "manage-users", "view-realm"}

// A bed is what one script runs on.
type bed struct {
	t      *testing.T
	server *testkit.Server
	realm  *testkit.Realm
	orders *httptest.Server
	gate   *gate
	abroad *testkit.Realm
	id     string
	secret string
	// useCase is nil in other scripts.
	useCase *useCase
}

func newBed(t *testing.T, server *testkit.Server) *bed {
	realm := server.Realm(t)
	b := &bed{t: t, server: server, realm: realm}
	b.id, b.secret = realm.Operator(t, operatorRoles...)
	handler, err := ordersapi.New(t.Context(), realm.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	b.orders = httptest.NewServer(handler)
	t.Cleanup(b.orders.Close)
	return b
}

// run runs a script.
func (b *bed) run(t *testing.T, script string) {
	testscript.Run(t, testscript.Params{
		Files:               []string{script},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup:               b.setup,
		Cmds:                b.commands(),
		Condition:           b.condition,
	})
}

func (b *bed) setup(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	if err := os.MkdirAll(filepath.Join(home, ".config/apitok"), 0o700); err != nil {
		return err
	}
	env.Setenv("HOME", home)
	env.Setenv("DBUS_SESSION_BUS_ADDRESS", os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	env.Setenv("SERVER", b.realm.URL)
	env.Setenv("REALM", b.realm.Name)
	env.Setenv("ISSUER", b.realm.Issuer())
	env.Setenv("OP_ID", b.id)
	env.Setenv("OP_SECRET", b.secret)
	env.Setenv("ORDERS", b.orders.URL)
	return os.WriteFile(filepath.Join(env.WorkDir, "op.secret"), []byte(b.secret+"\n"), 0o600)
}

// commands are what scripts can do beside running programs.
func (b *bed) commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"signin":          b.signIn,
		"loginclient":     b.loginClient,
		"exits":           exits,
		"until":           until,
		"brokenpipe":      brokenPipe,
		"orders":          b.callOrders,
		"admin":           b.admin,
		"operator":        b.operator,
		"mirrors":         b.mirrors,
		"grouprole":       b.groupRole,
		"hasroles":        b.hasRoles,
		"grant":           b.grant,
		"ungrant":         b.ungrant,
		"claims":          claims,
		"userinfo":        b.userInfo,
		"introspect":      b.introspect,
		"userid":          b.userID,
		"setenvs":         setEnvs,
		"keyring":         b.keyring,
		"kernelloses":     b.kernelLoses,
		"manyroles":       b.manyRoles,
		"nosecrets":       noSecrets,
		"proxy":           b.proxy,
		"tlsfront":        b.tlsFront,
		"tinydisk":        b.tinyDisk,
		"gate":            b.startGate,
		"gaterefuse":      b.gateRefuse,
		"gatesaw":         b.gateSaw,
		"configure":       configure,
		"rotationpolicy":  b.rotationPolicy,
		"application":     b.application,
		"usertoken":       b.userToken,
		"allclaims":       b.allClaims,
		"try":             b.try,
		"mayexchange":     b.mayExchange,
		"organization":    b.organization,
		"samlapplication": b.samlApplication,
		"foreign":         b.foreign,
		"foreigntoken":    b.foreignToken,
		"link":            b.link,
		"maytakefrom":     b.mayTakeFrom,
		"mayimpersonate":  b.mayImpersonate,
		"assertion":       assertion,
		"realmexport":     b.realmExport,
		"pick":            pick,
		"usertokens":      b.userTokens,
		"forge":           b.forge,
		"rotatekeys":      b.rotateKeys,
		"hasexpired":      b.hasExpired,
	}
}

// signIn makes the profile "test" and signs the operator in.
func (b *bed) signIn(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(ts.Exec("apitok", "profile", "add", "test", "--server", b.realm.URL, "--realm", b.realm.Name))
	ts.Check(ts.Exec("apitok", "login", "--client-id", b.id, "--client-secret-file", ts.MkAbs("op.secret")))
}

// loginClient makes the client that people sign in with.
func (b *bed) loginClient(_ *testscript.TestScript, _ bool, _ []string) {
	b.realm.LoginClient(b.t, nil)
}

// operator makes apitok sign in as an account that has exactly these roles of
// realm-management: operator ROLE...
func (b *bed) operator(ts *testscript.TestScript, _ bool, roles []string) {
	id, secret := b.realm.Operator(b.t, roles...)
	ts.Setenv("APITOK_LOGIN_CLIENT_ID", id)
	ts.Setenv("APITOK_LOGIN_CLIENT_SECRET", secret)
}

// exits runs a program and demands an exit code: exits CODE PROGRAM ARGS...
func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	if code := exitCode(ts, args[1:]); code != args[0] {
		ts.Fatalf("%s ended with %s, not %s", strings.Join(args[1:], " "), code, args[0])
	}
}

// exitCode runs a program and returns what it ended with.
func exitCode(ts *testscript.TestScript, args []string) string {
	if err := ts.Exec(args[0], args[1:]...); err != nil {
		return strings.TrimPrefix(err.Error(), "exit status ")
	}
	return "0"
}

// callOrders calls the orders API with the token in a file, and demands a status:
// orders STATUS FILE
func (b *bed) callOrders(ts *testscript.TestScript, _ bool, args []string) {
	req, err := http.NewRequest(http.MethodGet, b.orders.URL+"/orders", nil)
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(ts.ReadFile(args[1])))
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	resp.Body.Close()
	if got := fmt.Sprint(resp.StatusCode); got != args[0] {
		ts.Fatalf("the orders API answers %s, not %s: %s", got, args[0], resp.Header.Get("WWW-Authenticate"))
	}
}

// setEnvs sets the variables of a file of NAME=VALUE lines.
func setEnvs(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			ts.Fatalf("%q sets no variable", line)
		}
		ts.Setenv(name, value)
	}
}

// configure writes a file with the variables of another put in: configure FILE TEMPLATE
func configure(ts *testscript.TestScript, _ bool, args []string) {
	text := os.Expand(ts.ReadFile(args[1]), ts.Getenv)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
