package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
)

// keyringLimit is how long a script may wait for a keyring, and what a busy machine may add.
const keyringLimit = 3*time.Second + 12*time.Second

const withoutKeyring = "choose another place with apitok store migrate --to file or apitok store migrate --to kernel, or use APITOK_CLIENT_ID and APITOK_CLIENT_SECRET_FILE"

// Every way in which a keyring fails or hangs, and what is said about it.
var keyringFailures = []struct {
	name        string
	env         func(t testing.TB) []string
	error, hint string
}{
	{
		"no bus", nowhere,
		"there is no keyring: no D-Bus session bus",
		"sign in to a desktop session or start one with dbus-run-session, or " + withoutKeyring,
	},
	{
		"no such socket", at("unix:path=/nonexistent/bus"),
		"no keyring answers: dial unix /nonexistent/bus: connect: no such file or directory",
		"start a Secret Service such as gnome-keyring, or " + withoutKeyring,
	},
	{
		"no such kind of address", at("carrier-pigeon:loft=1"),
		"the keyring failed: dbus: invalid bus address (invalid or unsupported transport)", "",
	},
	{
		"no secret service", testkit.NoSecretService,
		"no keyring answers: The name org.freedesktop.secrets was not provided by any .service files",
		"start a Secret Service such as gnome-keyring, or " + withoutKeyring,
	},
	{
		"no default collection", testkit.BareKeyring,
		"the keyring has no default collection, or it is locked",
		"make one or unlock it, as signing in to a desktop does, or " + withoutKeyring,
	},
	{
		"locked without a display", testkit.LockedKeyring,
		"the keyring is locked: failed to unlock correct collection '/org/freedesktop/secrets/collection/login'",
		"unlock it, or " + withoutKeyring,
	},
	{
		"locked and nobody there", unanswered,
		"the keyring did not answer within 2s", "it may be locked or hang: unlock it, or " + withoutKeyring,
	},
	{
		"hung", testkit.HungKeyring,
		"the keyring did not answer within 2s", "it may be locked or hang: unlock it, or " + withoutKeyring,
	},
	{
		"started without a home", testkit.HomelessKeyring,
		"the keyring did not answer within 2s", "it may be locked or hang: unlock it, or " + withoutKeyring,
	},
}

func at(address string) func(testing.TB) []string {
	return func(testing.TB) []string { return []string{"DBUS_SESSION_BUS_ADDRESS=" + address} }
}

// nowhere is no session bus at all, which a user at a desktop cannot be without.
func nowhere(t testing.TB) []string {
	t.Helper()
	if _, err := os.Stat(userFolder() + "/bus"); err == nil {
		t.Skip("this user has a session bus that is found without a variable")
	}
	return at("")(t)
}

func unanswered(t testing.TB) []string {
	t.Helper()
	env, asked, _ := testkit.UnansweredKeyring(t)
	t.Cleanup(func() {
		select {
		case <-asked:
		default:
			t.Error("nobody was asked to unlock the keyring")
		}
	})
	return env
}

// TestKeyringFailures: however the keyring fails, a script hears of it soon, with exit code 6 and what to do; nothing is
// changed on the server and nothing noted on this machine.
func TestKeyringFailures(t *testing.T) {
	shared := newWorkshop(t)
	shared.must(0, "create", "alice/ci", "--no-roles")
	secret := filepath.Join(t.TempDir(), "secret")
	writeFile(t, secret, "of-another\n")
	for _, f := range keyringFailures {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			w := shared.at(t, append(f.env(t), "HOME="+t.TempDir())...)
			w.proxy = testkit.Proxy(t, shared.realm.URL)
			w.env = append(w.env, "APITOK_SERVER="+w.proxy.URL)
			want := "error: " + f.error + "\n"
			if f.hint != "" {
				want += "hint: " + f.hint + "\n"
			}
			for _, args := range [][]string{
				{"token", "alice/ci"}, {"create", "alice/new", "--no-roles"}, {"rotate", "alice/ci"},
				{"import", "alice/ci", "--secret-file", secret},
			} {
				start := time.Now()
				code, said := w.run(args...)
				if took := time.Since(start); took > keyringLimit {
					t.Errorf("%s took %s", args[0], took)
				}
				if code != 6 || said != want {
					t.Errorf("apitok %s ended with %d, not 6, and said\n%swant\n%s", args[0], code, said, want)
				}
			}
			w.untouched()
			index, err := os.ReadFile(filepath.Join(w.getenv("HOME"), ".local/state/apitok/index.json"))
			if err == nil && strings.TrimSpace(string(index)) != "[]" {
				t.Errorf("the index holds %s", index)
			}
		})
	}
}

// untouched demands that nothing was changed on the server.
func (w *workshop) untouched() {
	w.t.Helper()
	for _, request := range w.proxy.Requests() {
		if !strings.HasPrefix(request, http.MethodGet) && !strings.HasSuffix(request, "/protocol/openid-connect/token") {
			w.t.Errorf("it sent %s", request)
		}
	}
}

// TestKeyringDiesWhileItAsks: the bus ends while a password is waited for.
func TestKeyringDiesWhileItAsks(t *testing.T) {
	env, asked, end := testkit.UnansweredKeyring(t)
	w := newWorkshop(t).at(t, env...)
	go func() {
		<-asked
		end()
	}()
	const want = "error: the keyring went away in the middle of an answer, or answered nonsense\nhint: try again\n"
	if code, said := w.run("token", "alice/ci"); code != 6 || said != want {
		t.Errorf("ended with %d and said %s", code, said)
	}
}

// TestBrokenBus: a bus that ends in the middle of an answer, or answers rubbish, is a failure of the store, or does no harm;
// it is never a lost item, another token or a crash.
func TestBrokenBus(t *testing.T) {
	keyring := testkit.Keyring(t)
	whole := newWorkshop(t).at(t, keyring...)
	whole.must(0, "create", "alice/ci", "--no-roles", "--token-lifetime", "1h") // outlives the tests that run beside
	_, token := whole.run("token", "alice/ci")
	const most = 2400 // bytes that the bus sends for a cached token, with some to spare
	for _, kind := range []struct {
		name   string
		damage func(int) testkit.Breakage
		step   int
	}{{"cut", testkit.CutAt, 11}, {"rubbish", testkit.RubbishAt, 61}} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			for n := 0; n < most; n += kind.step {
				w := whole.at(t, testkit.BrokenBus(t, keyring, kind.damage(n))...)
				code, said := w.run("token", "alice/ci")
				if code != 6 && (code != 0 || said != token) {
					t.Errorf("with byte %d broken it ended with %d and said %s", n, code, said)
				}
			}
		})
	}
}
