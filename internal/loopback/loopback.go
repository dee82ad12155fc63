// Package loopback waits at an address of this machine for the browser to bring the
// answer to a sign-in (RFC 8252 section 7.3).
//
// It listens at 127.0.0.1 alone, at any port that is free, and takes one answer. What
// is not that answer is turned away and changes nothing: a page of another site that
// asks by a name of its own, a wrong path, a wrong state, an answer that comes twice.
package loopback

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	callback = "/callback"
	done     = "/signed-in"
	failed   = "/not-signed-in"
	// farewell is how long the browser may take to fetch the page that ends it.
	farewell = 3 * time.Second
	// headerTime is how long a request's header may take to come.
	headerTime = 5 * time.Second
)

// A Listener waits for one answer.
type Listener struct {
	listener net.Listener
	host     string
}

// Listen begins to listen. It fails where this machine has no loopback interface.
func Listen(ctx context.Context) (*Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &Listener{listener: l, host: l.Addr().String()}, nil
}

// RedirectURI is where the browser is to bring the answer.
func (l *Listener) RedirectURI() string { return "http://" + l.host + callback }

// Close stops listening.
func (l *Listener) Close() error {
	if err := l.listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Await waits for an answer that owns says is the one, hands it to take, shows the
// browser a page that says how it went and returns take's error. It returns the
// context's when that ends first. It can be used once.
func (l *Listener) Await(ctx context.Context, owns func(url.Values) bool, take func(url.Values) error) error {
	v := &visit{host: l.host, owns: owns, take: take, taken: make(chan error, 1), turn: make(chan struct{}, 1), left: make(chan struct{}, 1)}
	server := &http.Server{Handler: v, ReadHeaderTimeout: headerTime}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l.listener) }()
	defer server.Close() //nolint:errcheck // there is nothing left to lose
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-served:
		return err
	case err := <-v.taken:
		select {
		case <-v.left:
			// The page is on its way; what the browser holds open besides is not waited for.
			ctx, cancel := context.WithTimeout(ctx, farewell/10)
			defer cancel()
			server.Shutdown(ctx) //nolint:errcheck // see above
		case <-ctx.Done():
		case <-time.After(farewell):
		}
		return err
	}
}

// A visit answers the browser.
type visit struct {
	host string
	owns func(url.Values) bool
	take func(url.Values) error
	// turn is given to the one answer, taken gets what became of it, left tells that the
	// browser has its page.
	turn  chan struct{}
	taken chan error
	left  chan struct{}
}

// ServeHTTP answers one request.
func (v *visit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Host != v.host:
		// A name that leads here is another site's (DNS rebinding).
		show(w, http.StatusForbidden, "Not here", "This address is for apitok's sign-in alone.")
	case r.Method != http.MethodGet:
		show(w, http.StatusMethodNotAllowed, "Not like this", "This address is for apitok's sign-in alone.")
	case r.URL.Path == callback:
		v.callback(w, r)
	case r.URL.Path == done:
		show(w, http.StatusOK, "Signed in", "You are signed in to apitok. You can close this page and go back to it.")
		leave(v.left)
	case r.URL.Path == failed:
		show(w, http.StatusOK, "Not signed in", "apitok says why. You can close this page and go back to it.")
		leave(v.left)
	default:
		show(w, http.StatusNotFound, "Nothing here", "This address is for apitok's sign-in alone.")
	}
}

// callback takes the answer, and leads the browser away from the address that it is
// in, which then is not in its history.
func (v *visit) callback(w http.ResponseWriter, r *http.Request) {
	answer := r.URL.Query()
	if !v.owns(answer) {
		show(w, http.StatusBadRequest, "Not this answer", "apitok waits for the answer to another sign-in, and goes on waiting.")
		return
	}
	select {
	case v.turn <- struct{}{}:
	default:
		show(w, http.StatusConflict, "Once only", "This sign-in has been answered already.")
		return
	}
	err := v.take(answer)
	page := done
	if err != nil {
		page = failed
	}
	protect(w.Header())
	http.Redirect(w, r, page, http.StatusSeeOther)
	v.taken <- err
}

// leave notes that the browser has its page, which it may fetch more than once.
func leave(left chan<- struct{}) {
	select {
	case left <- struct{}{}:
	default:
	}
}
