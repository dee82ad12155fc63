// Package transport makes the HTTP client that every call to a server goes
// through: it verifies the server's certificate, gives each call a deadline,
// repeats what is safe to repeat, and can say what it does without a secret.
package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// Options say how to reach a server. The zero value trusts the system's
// certificates, has no deadline and says nothing.
type Options struct {
	// CAFile names a PEM file of the only certificate authorities to trust; ""
	// trusts the system's.
	CAFile string
	// Timeout bounds one call, its repetitions and the reading of its answer
	// included.
	Timeout time.Duration
	// Repeatable tells of a request's context that the request may be repeated
	// though its method is not safe; nil: none may.
	Repeatable func(context.Context) bool
	// Trace, when not nil, gets one line per request: method, address without
	// its query, status, time. Never a header or a body.
	Trace io.Writer
}

// New makes the client. It fails when the CA file cannot be read or holds no
// certificate.
func New(o Options) (*http.Client, error) {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default HTTP transport was replaced")
	}
	base = base.Clone()
	base.MaxIdleConnsPerHost = 8
	base.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	var rt http.RoundTripper = base
	if o.CAFile != "" {
		roots, err := readRoots(o.CAFile)
		if err != nil {
			return nil, err
		}
		base.TLSClientConfig.RootCAs = roots
	} else if files := bundles(); files != nil {
		rt = bundle(base, files)
	}
	if o.Trace != nil {
		rt = &tracer{next: rt, out: o.Trace}
	}
	return &http.Client{
		Transport:     &retrier{next: rt, repeatable: o.Repeatable},
		Timeout:       o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func readRoots(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file) //nolint:gosec // the person names the file
	if err != nil {
		return nil, fmt.Errorf("reading the CA file: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no PEM certificate", file)
	}
	return roots, nil
}
