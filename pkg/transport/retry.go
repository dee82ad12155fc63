package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	attempts  = 4
	firstWait = 100 * time.Millisecond
	maxWait   = 10 * time.Second
)

// A retrier repeats a request that is safe to repeat (RFC 9110 section 9.2.1,
// or marked so by its context) after 429, 502, 503, 504 or a broken connection,
// waiting twice as long each time or as long as the server asks.
type retrier struct {
	next       http.RoundTripper
	repeatable func(context.Context) bool
}

// RoundTrip sends the request, up to four times.
func (r *retrier) RoundTrip(req *http.Request) (*http.Response, error) {
	if !r.safe(req) {
		return r.next.RoundTrip(req)
	}
	for attempt := 1; ; attempt++ {
		resp, err := r.next.RoundTrip(req)
		if attempt == attempts || !passing(resp, err) {
			return resp, err
		}
		wait := backoff(attempt, resp)
		if resp != nil {
			drain(resp)
		}
		if err := sleep(req.Context(), wait); err != nil {
			return nil, err
		}
		if req, err = again(req); err != nil {
			return nil, err
		}
	}
}

func (r *retrier) safe(req *http.Request) bool {
	if req.Method == http.MethodGet || req.Method == http.MethodHead {
		return true
	}
	return r.repeatable != nil && r.repeatable(req.Context()) && (req.Body == nil || req.GetBody != nil)
}

// passing tells whether the failure may go away by itself. A certificate that
// does not verify and a name that does not resolve will not.
func passing(resp *http.Response, err error) bool {
	if err == nil {
		switch resp.StatusCode {
		case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return false
	}
	var cert *tls.CertificateVerificationError
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.As(err, &cert):
		return false
	case errors.As(err, &dns):
		return dns.IsTemporary
	}
	return true
}

func backoff(attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s >= 0 {
			return min(time.Duration(s)*time.Second, maxWait)
		}
	}
	wait := firstWait << (attempt - 1)
	return wait + rand.N(wait/2) //nolint:gosec // spreads the load, guards nothing
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func again(req *http.Request) (*http.Request, error) {
	next := req.Clone(req.Context())
	if req.GetBody == nil {
		return next, nil
	}
	body, err := req.GetBody()
	next.Body = body
	return next, err
}

// drain lets the connection be used again; what is lost with it does not
// matter.
func drain(resp *http.Response) {
	io.CopyN(io.Discard, resp.Body, 64<<10) //nolint:errcheck // see above
	resp.Body.Close()
}
