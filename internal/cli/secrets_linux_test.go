package cli_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
)

// forms are the ways in which a secret of a client can be written.
func forms(clientID, secret string) []string {
	both := url.QueryEscape(clientID) + ":" + url.QueryEscape(secret)
	return []string{
		secret, url.QueryEscape(secret), hex.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(both)), base64.RawURLEncoding.EncodeToString([]byte(both)),
	}
}

// demandNone demands that a text holds none of the secrets.
func demandNone(t *testing.T, where string, text []byte, secrets []string) {
	t.Helper()
	for _, secret := range secrets {
		if len(secret) > 8 && bytes.Contains(text, []byte(secret)) {
			t.Errorf("%s holds a secret", where)
		}
	}
}

// built builds the program that ships.
func built(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "apitok")
	if out, err := exec.Command("go", "build", "-o", path, "../../cmd/apitok").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// A held program is one that has a secret and waits for the server with it.
type held struct {
	*exec.Cmd
	said    bytes.Buffer
	secrets []string
}

// hold starts the program that ships with the secret of a client in a file, as a user who is not root.
func hold(t *testing.T, env ...string) *held {
	t.Helper()
	realm := testkit.Keycloak(t).Realm(t)
	id, secret := realm.ServiceAccount(t, nil)
	proxy, gate := testkit.Proxy(t, realm.URL), testkit.NewGate(t)
	proxy.When(testkit.Route(http.MethodPost, "/token$"), testkit.HoldAfter(gate))
	h := &held{Cmd: exec.Command("/bin/sh", "-c", `ulimit -c unlimited; exec "$0" token -v`, built(t)), secrets: forms(id, secret)}
	h.Env = append(env, "PATH="+os.Getenv("PATH"), "APITOK_SERVER="+proxy.URL, "APITOK_REALM="+realm.Name, "APITOK_CLIENT_ID="+id,
		"APITOK_CLIENT_SECRET_FILE=secret")
	h.Stdout, h.Stderr, h.Dir = &h.said, &h.said, t.TempDir()
	writeFile(t, filepath.Join(h.Dir, "secret"), secret)
	if os.Getuid() == 0 {
		const nobody = 65534
		h.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		for dir := filepath.Dir(h.Args[3]); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			chmod(t, dir, 0o755)
		}
		chown(t, h.Dir, nobody, nobody)
		chown(t, filepath.Join(h.Dir, "secret"), nobody, nobody)
	}
	if err := h.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-gate.Arrived:
	case <-time.After(20 * time.Second):
		_ = h.Process.Kill() // it may have ended
		_ = h.Wait()         //nolint:errcheck // what it said is what counts
		t.Fatalf("it does not ask for a token: %s", &h.said)
	}
	return h
}

// TestMemoryIsPrivate: the user's other processes cannot look into it, for what /proc says of it belongs to root.
func TestMemoryIsPrivate(t *testing.T) {
	t.Parallel()
	h := hold(t)
	info, err := os.Stat("/proc/" + strconv.Itoa(h.Process.Pid) + "/environ")
	if err != nil {
		t.Fatal(err)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || stat.Uid != 0 {
		t.Error("its memory is open to the other processes of the user")
	}
	if err := h.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = h.Wait() //nolint:errcheck // it was killed
}

// TestCrashShowsNothing: however much is said of a crash, no secret is, and no core is left.
func TestCrashShowsNothing(t *testing.T) {
	t.Parallel()
	h := hold(t, "GOTRACEBACK=crash")
	if err := h.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	_ = h.Wait() //nolint:errcheck // how it ended is looked at
	status, ok := h.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || !bytes.Contains(h.said.Bytes(), []byte("goroutine 1")) {
		t.Fatalf("it did not crash: %v: %s", h.ProcessState, &h.said)
	}
	if status.CoreDump() {
		t.Error("it left a core")
	}
	demandNone(t, "the trace", h.said.Bytes(), h.secrets)
}
