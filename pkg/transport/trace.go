package transport

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// A tracer says what was asked and answered. Queries are left out, and headers
// and bodies never reach it, so no secret can.
type tracer struct {
	next http.RoundTripper
	out  io.Writer
}

// RoundTrip sends the request and writes one line about it.
func (t *tracer) RoundTrip(req *http.Request) (*http.Response, error) {
	start := time.Now()
	resp, err := t.next.RoundTrip(req)
	result := "no answer"
	if err == nil {
		result = strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode) // the server's own words are untrusted
	}
	fmt.Fprintf(t.out, "%s %s://%s%s: %s (%s)\n", //nolint:errcheck // the talk is not the answer
		req.Method, req.URL.Scheme, req.URL.Host, req.URL.EscapedPath(), result, time.Since(start).Round(100*time.Microsecond))
	return resp, err
}
