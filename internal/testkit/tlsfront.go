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
	front, caFile, err := StartTLSFront(target, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(front.Close)
	return front.URL, caFile
}

// StartTLSFront is TLSFront for programs: caFile is written into the folder dir, and the caller closes the front.
func StartTLSFront(target, dir string) (front *httptest.Server, caFile string, err error) {
	to, err := url.Parse(target)
	if err != nil {
		return nil, "", err
	}
	ca, err := newAuthority()
	if err != nil {
		return nil, "", err
	}
	if caFile, err = ca.write(dir); err != nil {
		return nil, "", err
	}
	cert, err := ca.issue()
	if err != nil {
		return nil, "", err
	}
	front = httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.SetXForwarded()
	}, ErrorLog: silent()})
	front.Config.ErrorLog = silent()
	front.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}}
	front.StartTLS()
	return front, caFile, nil
}
