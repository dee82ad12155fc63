package testkit

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"testing"
)

// FaultProxy stands in front of a server, records what passes, and does what its rules say. It hands on the Host it was
// called by, so a Keycloak behind it issues tokens in the name of the proxy's URL.
type FaultProxy struct {
	URL string

	forward http.Handler
	mu      sync.Mutex
	seen    []string
	rules   []rule
}

// A Match says whether a rule concerns a request: the nth, counted from 1, that the proxy has seen.
type Match func(n int, r *http.Request) bool

// A Fault answers a request in its own way; forward sends it on to the server.
type Fault func(w http.ResponseWriter, r *http.Request, forward http.Handler)

type rule struct {
	match Match
	fault Fault
}

// Proxy starts a proxy without rules in front of target, the URL of a server; it ends with the test.
func Proxy(t testing.TB, target string) *FaultProxy {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &FaultProxy{forward: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
	}, ErrorLog: silent()}}
	front := httptest.NewUnstartedServer(p)
	front.Config.ErrorLog = silent()
	front.Start()
	p.URL = front.URL
	t.Cleanup(func() {
		front.CloseClientConnections() // a browser keeps its own open
		front.Close()
	})
	return p
}

// silent is for servers whose clients are meant to break connections: what that leads to is the test's to judge.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }

// When adds a rule. Of the rules that match a request, the first one added decides.
func (p *FaultProxy) When(match Match, fault Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = append(p.rules, rule{match, fault})
}

// Reset forgets all rules and requests.
func (p *FaultProxy) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules, p.seen = nil, nil
}

// Requests is what has arrived so far, as "METHOD /escaped/path", whether it was sent on or not.
func (p *FaultProxy) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.seen)
}

// ServeHTTP applies the first rule that matches.
func (p *FaultProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if fault := p.arrived(r); fault != nil {
		fault(w, r, p.forward)
		return
	}
	p.forward.ServeHTTP(w, r)
}

func (p *FaultProxy) arrived(r *http.Request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, r.Method+" "+r.URL.EscapedPath())
	for _, rule := range p.rules {
		if rule.match(len(p.seen), r) {
			return rule.fault
		}
	}
	return nil
}
