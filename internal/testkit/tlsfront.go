package testkit

import (
	"crypto/tls"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
)

// TLSFront puts an HTTPS server in front of target, with a certificate for 127.0.0.1 and localhost that only the CA in
// caFile vouches for. A Keycloak that heeds X-Forwarded headers, as testbed's does, issues tokens in the front's name.
func TLSFront(t testing.TB, target string) (frontURL, caFile string) {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.SetXForwarded()
	}, ErrorLog: silent()})
	front.Config.ErrorLog = silent()
	ca := newAuthority(t)
	front.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{ca.issue(t)}}
	front.StartTLS()
	t.Cleanup(front.Close)
	return front.URL, ca.file(t)
}
