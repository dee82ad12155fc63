package apitok

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"
)

// maxMetadata bounds what is read of the realm's metadata, in bytes.
const maxMetadata = 1 << 20

// server asks for the realm's metadata (OpenID Connect Discovery 1.0 section 4),
// which takes no sign-in.
func (e *examination) server(ctx context.Context) []Finding {
	const name = "server"
	if e.HTTP == nil {
		e.blind = "the configuration names no server that can be asked"
		return []Finding{{Check: name, Status: Unknown, Detail: e.blind}}
	}
	resp, err := e.metadata(ctx)
	if err != nil {
		e.blind = "the server cannot be reached"
		failed := failure(name, Wrong, NetworkError(e.Realm.Server, err))
		if cert := new(tls.CertificateVerificationError); errors.As(err, &cert) {
			failed.Check = "tls"
		}
		return []Finding{failed}
	}
	defer resp.Body.Close()
	findings := []Finding{e.realm(resp)}
	if resp.TLS != nil {
		end := certificateEnd(resp.TLS.VerifiedChains)
		findings = append(findings, certificate(tls.VersionName(resp.TLS.Version), end, e.Now()))
	}
	return findings
}

func (e *examination) metadata(ctx context.Context) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.Realm.Issuer()+"/.well-known/openid-configuration", nil)
	if err != nil {
		return nil, err
	}
	return e.HTTP.Do(req)
}

// realm judges the answer to a question for the realm's metadata.
func (e *examination) realm(resp *http.Response) Finding {
	f := Finding{Check: "server", Status: Wrong}
	var metadata struct {
		Issuer string `json:"issuer"`
	}
	switch {
	case resp.StatusCode == http.StatusNotFound:
		f.Detail = "there is no realm " + quote(e.Realm.Name) + " at " + e.Realm.Server
		f.Hint = "check the realm's name, and whether the address has a path, such as /auth"
	case resp.StatusCode != http.StatusOK:
		f.Detail = e.Realm.Server + " answers " + resp.Status
	case json.NewDecoder(io.LimitReader(resp.Body, maxMetadata)).Decode(&metadata) != nil || metadata.Issuer == "":
		f.Detail = e.Realm.Server + " does not answer as a Keycloak does"
	case metadata.Issuer != e.Realm.Issuer():
		f.Detail = "the server calls itself " + metadata.Issuer + ", not " + e.Realm.Issuer() + ": who expects the one refuses tokens of the other"
		f.Hint = "use the address that the server is known by, or set the server's hostname"
		return f
	default:
		return Finding{Check: f.Check, Status: Fine, Detail: metadata.Issuer + " answers"}
	}
	e.blind = "the server does not answer for the realm"
	return f
}

// certificateWarning is how long before its end a certificate is a warning.
const certificateWarning = 21 * 24 * time.Hour

func certificate(version string, end, now time.Time) Finding {
	f := Finding{Check: "tls", Status: Fine, Detail: version + ", the certificate ends " + end.UTC().Format(time.RFC3339)}
	if end.Sub(now) < certificateWarning {
		f.Status, f.Hint = Warning, "renew the server's certificate"
	}
	return f
}

// certificateEnd returns when the first certificate ends of that chain which holds
// the longest.
func certificateEnd(chains [][]*x509.Certificate) time.Time {
	var latest time.Time
	for _, chain := range chains {
		first := slices.MinFunc(chain, func(a, b *x509.Certificate) int { return a.NotAfter.Compare(b.NotAfter) })
		if first.NotAfter.After(latest) {
			latest = first.NotAfter
		}
	}
	return latest
}
