package cli_test

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apitok/apitok/internal/testkit"
)

// A gate is a server for the programs that apitok hands tokens to: a git server, a
// registry of images, a Kubernetes API. It lets a request through if the orders API, with
// its ordinary OIDC library, takes the token that came as a bearer token or as a
// password.
type gate struct {
	orders http.Handler
	inside http.Handler

	mu      sync.Mutex
	refused string // a token that is no good though it looks so
	seen    []string
}

// startGate starts a gate: its address is in $GATE, over https in $TLS_GATE with the
// authority in $CA_FILE. The repositories it serves are below srv.
func (b *bed) startGate(ts *testscript.TestScript, _ bool, _ []string) {
	path, err := exec.Command("git", "--exec-path").Output()
	ts.Check(err)
	mux := http.NewServeMux()
	mux.Handle("/git/", &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(path)), "git-http-backend"), Root: "/git", Logger: log.New(io.Discard, "", 0),
		Env: []string{"GIT_PROJECT_ROOT=" + ts.MkAbs("srv"), "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=someone"},
	})
	mux.HandleFunc("GET /v2/", func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, map[string]any{}) })
	mux.HandleFunc("GET /api/v1/namespaces/default/pods/web", func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, map[string]any{"kind": "Pod", "apiVersion": "v1", "metadata": map[string]any{"name": "web", "namespace": "default"}})
	})
	b.gate = &gate{orders: b.orders.Config.Handler, inside: mux}
	server := httptest.NewServer(b.gate)
	b.t.Cleanup(server.Close)
	ts.Setenv("GATE", server.URL)
	ts.Setenv("GATE_HOST", strings.TrimPrefix(server.URL, "http://"))
	url, caFile := testkit.TLSFront(b.t, server.URL)
	ts.Setenv("TLS_GATE", url)
	ts.Setenv("CA_FILE", caFile)
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(http.ErrAbortHandler) // the caller is gone
	}
}

// ServeHTTP asks the orders API about the token, and remembers how it came.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, token, basic := r.BasicAuth()
	if !basic {
		name = "bearer"
		_, token, _ = strings.Cut(r.Header.Get("Authorization"), "Bearer ")
	}
	g.mu.Lock()
	refused := token == "" || token == g.refused
	g.mu.Unlock()
	asked := httptest.NewRequestWithContext(r.Context(), http.MethodGet, "/orders", nil)
	asked.Header.Set("Authorization", "Bearer "+token)
	said := httptest.NewRecorder()
	g.orders.ServeHTTP(said, asked)
	if refused || said.Code != http.StatusOK {
		w.Header().Set("WWW-Authenticate", `Basic realm="gate"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	g.mu.Lock()
	g.seen = append(g.seen, name+" "+r.URL.Path)
	g.mu.Unlock()
	g.inside.ServeHTTP(w, r)
}

// refuse makes the gate refuse the token in a file: gaterefuse FILE
func (b *bed) gateRefuse(ts *testscript.TestScript, _ bool, args []string) {
	b.gate.mu.Lock()
	defer b.gate.mu.Unlock()
	b.gate.refused = strings.TrimSpace(ts.ReadFile(args[0]))
}

// gateSaw writes what was let through since the last time: the user, or bearer, and the
// path.
func (b *bed) gateSaw(ts *testscript.TestScript, _ bool, _ []string) {
	b.gate.mu.Lock()
	defer b.gate.mu.Unlock()
	for _, line := range b.gate.seen {
		_, err := io.WriteString(ts.Stdout(), line+"\n")
		ts.Check(err)
	}
	b.gate.seen = nil
}
