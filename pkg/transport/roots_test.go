package transport

import (
	"crypto/tls"
	"errors"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// TestBundle: who the bundle vouches for is trusted; of anybody else what Go finds
// decides, and the request is sent once.
func TestBundle(t *testing.T) {
	backend, calls, bodies := flaky(t, 200)
	front, caFile := testkit.TLSFront(t, backend.URL)
	_, otherCA := testkit.TLSFront(t, backend.URL)
	tests := []struct {
		name     string
		bundle   []string
		goTrusts string
		trusted  bool
		plain    bool
	}{
		{"the bundle", []string{filepath.Join(t.TempDir(), "none"), caFile, otherCA}, otherCA, true, false},
		{"only the first bundle counts", []string{otherCA, caFile}, otherCA, false, true},
		{"Go's own way", []string{otherCA}, caFile, true, true},
		{"no bundle", nil, caFile, true, true},
		{"a bundle without a certificate", []string{"roots_test.go"}, caFile, true, true},
		{"nobody", []string{otherCA}, otherCA, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			calls.Store(0)
			*bodies = nil
			b := bundle(trusting(t, test.goTrusts), test.bundle)
			client := http.Client{Transport: b}
			resp, err := client.Post(front, "text/plain", strings.NewReader("body"))
			if err == nil {
				resp.Body.Close()
			}
			var unknown *tls.CertificateVerificationError
			if trusted := err == nil; trusted != test.trusted || !trusted && !errors.As(err, &unknown) {
				t.Errorf("it ended with %v", err)
			}
			if b.plain.Load() != test.plain {
				t.Errorf("Go's own way: %v", !test.plain)
			}
			if n := int(calls.Load()); test.trusted && (n != 1 || (*bodies)[0] != "body") || !test.trusted && n != 0 {
				t.Errorf("%d requests arrived: %q", n, *bodies)
			}
		})
	}
}

// trusting returns a transport that takes the authority in caFile for the ones that Go
// finds.
func trusting(t *testing.T, caFile string) *http.Transport {
	t.Helper()
	roots, err := readRoots(caFile)
	if err != nil {
		t.Fatal(err)
	}
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("the default HTTP transport was replaced")
	}
	base = base.Clone()
	base.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	t.Cleanup(base.CloseIdleConnections)
	return base
}

// TestTheEnvironmentNamesTheBundle as it does to Go.
func TestTheEnvironmentNamesTheBundle(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Go reads no bundle here")
	}
	t.Setenv("SSL_CERT_FILE", "")
	if files := bundles(); len(files) < 2 {
		t.Errorf("the known bundles: %v", files)
	}
	t.Setenv("SSL_CERT_FILE", "/somewhere")
	if files := bundles(); !slices.Equal(files, []string{"/somewhere"}) {
		t.Errorf("bundles: %v", files)
	}
}
