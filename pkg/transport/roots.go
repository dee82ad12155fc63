package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
)

// bundles returns the files of which Go reads the first that there is, for all the
// certificates that the system trusts (crypto/x509/root_unix.go and root_linux.go);
// none where Go reads no such file.
func bundles() []string {
	if runtime.GOOS != "linux" {
		return nil
	}
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		return []string{file}
	}
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Gentoo, Arch
		"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL 6
		"/etc/ssl/ca-bundle.pem",                            // openSUSE
		"/etc/pki/tls/cacert.pem",                           // OpenELEC
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // CentOS, RHEL 7
		"/etc/ssl/cert.pem",                                 // Alpine
	}
}

// A bundled transport trusts the certificates of the system's bundle. Go trusts those
// too, but before it begins it also reads every file of the system's folders (or of
// SSL_CERT_DIR), which on most systems hold the same certificates once more: that
// takes longer than the request. A server that the bundle does not vouch for is asked
// again Go's own way, so that nothing is trusted or refused that Go would not.
type bundled struct {
	// first trusts pool, second what Go finds.
	first, second http.RoundTripper
	pool          *x509.CertPool
	files         []string
	start         sync.Once
	read          chan struct{}
	// plain tells that the bundle is not, or no longer, what to go by.
	plain atomic.Bool
}

// bundle makes one from a transport that goes Go's own way.
func bundle(base *http.Transport, files []string) *bundled {
	b := &bundled{second: base, pool: x509.NewCertPool(), files: files, read: make(chan struct{})}
	first := base.Clone()
	first.TLSClientConfig.RootCAs = b.pool
	dial := first.DialContext
	first.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		<-b.read // the handshake, which reads the pool, comes after this
		return conn, err
	}
	b.first = first
	return b
}

// RoundTrip sends the request.
func (b *bundled) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" || b.plain.Load() {
		return b.second.RoundTrip(req)
	}
	b.start.Do(func() { go b.readPool() }) // while the connection is made
	resp, err := b.first.RoundTrip(req)
	var unknown *tls.CertificateVerificationError
	if !errors.As(err, &unknown) || req.Body != nil && req.GetBody == nil {
		return resp, err
	}
	b.plain.Store(true)
	if req, err = again(req); err != nil {
		return nil, err
	}
	return b.second.RoundTrip(req)
}

// readPool reads the first of the files that there is. Without one the pool stays
// empty, and vouches for nobody.
func (b *bundled) readPool() {
	defer close(b.read)
	for _, file := range b.files {
		if pem, err := os.ReadFile(file); err == nil { //nolint:gosec // the files are those that Go reads
			b.pool.AppendCertsFromPEM(pem)
			return
		}
	}
}
