package testkit

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

// Cut closes the connection without an answer; the server never hears of the request.
//
// Go's HTTP client asks again by itself when this befalls a GET on a connection that it has used before.
func Cut() Fault {
	return func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }
}

// CutAfter lets the server do what was asked, then closes the connection: the client never hears of it.
func CutAfter() Fault {
	return func(_ http.ResponseWriter, r *http.Request, forward http.Handler) {
		forward.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
}

// Answer answers with a status and no body in the server's stead; with Retry-After if retryAfter is positive.
func Answer(status int, retryAfter time.Duration) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		if retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
		}
		w.WriteHeader(status)
	}
}

// Delay sends the request on after d, if the client is still there.
func Delay(d time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		select {
		case <-time.After(d):
			forward.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// Duplicate sends the request twice, body included, as a network or a gateway does that repeats what it has sent already. The
// client gets the second answer.
func Duplicate() Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		first := r.Clone(r.Context())
		first.Body = io.NopCloser(bytes.NewReader(body))
		forward.ServeHTTP(httptest.NewRecorder(), first)
		r.Body = io.NopCloser(bytes.NewReader(body))
		forward.ServeHTTP(w, r)
	}
}

// A Gate holds requests back. Arrived gets one value for each request that is being held.
type Gate struct {
	Arrived <-chan struct{}

	arrived, open chan struct{}
}

// NewGate makes a closed gate. It opens at the latest when the test ends.
func NewGate(t testing.TB) *Gate {
	g := &Gate{arrived: make(chan struct{}, 1024), open: make(chan struct{})}
	g.Arrived = g.arrived
	t.Cleanup(g.Open)
	return g
}

// Open lets go of what is held now and holds nothing any more.
func (g *Gate) Open() {
	select {
	case <-g.open:
	default:
		close(g.open)
	}
}

// Hold holds a request before the server hears of it. If the client goes away meanwhile, the server never will.
func Hold(g *Gate) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		if g.wait(r) {
			forward.ServeHTTP(w, r)
		}
	}
}

// HoldAfter lets the server do what was asked and holds the answer.
func HoldAfter(g *Gate) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		answer := httptest.NewRecorder()
		forward.ServeHTTP(answer, r)
		if !g.wait(r) {
			return
		}
		for name, values := range answer.Result().Header {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		// The client may be gone by now, which is its own affair.
		_, _ = w.Write(answer.Body.Bytes()) //nolint:errcheck // see above
	}
}

// wait is false if the client went away first.
func (g *Gate) wait(r *http.Request) bool {
	g.arrived <- struct{}{}
	select {
	case <-g.open:
		return r.Context().Err() == nil
	case <-r.Context().Done():
		return false
	}
}
