package loopback

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// ask sends a request as a browser would, with another Host where one is given, and
// returns the status, the place that it is sent on to, and the page.
func ask(t *testing.T, method, address, host string) (status int, location, page string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Location"), string(body)
}

// waiting waits for the answer with the state "mine". No test has a port that is in use:
// Listen takes any port of 127.0.0.1 that is free, so there is none that can be taken.
func waiting(ctx context.Context, t *testing.T, take func(url.Values) error) (callback string, ended <-chan error) {
	t.Helper()
	l, err := Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	result := make(chan error, 1)
	go func() {
		result <- l.Await(ctx, func(v url.Values) bool { return v.Get("state") == "mine" }, take)
	}()
	return l.RedirectURI(), result
}

// TestRubbishChangesNothing: everything that is not the answer is turned away, and the
// answer is taken afterwards.
func TestRubbishChangesNothing(t *testing.T) {
	taken := url.Values{}
	callback, ended := waiting(t.Context(), t, func(v url.Values) error { taken = v; return nil })
	port := callback[strings.LastIndexByte(callback, ':'):strings.LastIndexByte(callback, '/')]
	for _, test := range []struct {
		method, address, host string
		want                  int
	}{
		{"GET", callback + "?state=theirs&code=stolen", "", 400},
		{"GET", callback, "", 400},
		{"POST", callback + "?state=mine&code=c", "", 405},
		{"HEAD", callback + "?state=mine&code=c", "", 405},
		{"GET", callback + "?state=mine&code=c", "evil.example.com", 403},
		{"GET", callback + "?state=mine&code=c", "evil.example.com" + port, 403},
		{"GET", callback + "?state=mine&code=c", "localhost" + port, 403},
		{"GET", strings.TrimSuffix(callback, "callback") + "favicon.ico", "", 404},
	} {
		status, _, page := ask(t, test.method, test.address, test.host)
		if status != test.want || strings.Contains(page, "stolen") {
			t.Errorf("%s %s of %q: %d %s", test.method, test.address, test.host, status, page)
		}
	}
	if len(taken) > 0 {
		t.Fatalf("it took %v", taken)
	}
	status, location, page := ask(t, "GET", callback+"?state=mine&code=c0de", "")
	if status != 303 || location != done || strings.Contains(page, "c0de") {
		t.Errorf("%d %q %s", status, location, page)
	}
	if status, _, _ := ask(t, "GET", callback+"?state=mine&code=again", ""); status != 409 {
		t.Errorf("a second answer: %d", status)
	}
	if status, _, page := ask(t, "GET", strings.TrimSuffix(callback, "/callback")+location, ""); status != 200 || !strings.Contains(page, "Signed in") {
		t.Errorf("%d %s", status, page)
	}
	if err := <-ended; err != nil || taken.Get("code") != "c0de" {
		t.Errorf("%v, %v", taken, err)
	}
}

// TestFailureIsShown: the page says only that it failed, apitok says why.
func TestFailureIsShown(t *testing.T) {
	why := errors.New("hunter2")
	callback, ended := waiting(t.Context(), t, func(url.Values) error { return why })
	_, location, page := ask(t, "GET", callback+"?state=mine&error=access_denied", "")
	_, _, end := ask(t, "GET", strings.TrimSuffix(callback, "/callback")+location, "")
	if !strings.Contains(end, "Not signed in") || strings.Contains(page+end, "hunter2") {
		t.Errorf("%s %s", page, end)
	}
	if err := <-ended; !errors.Is(err, why) {
		t.Errorf("%v", err)
	}
}

func TestNobodyComes(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	callback, ended := waiting(ctx, t, func(url.Values) error { return nil })
	ask(t, "GET", callback+"?state=theirs", "")
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
