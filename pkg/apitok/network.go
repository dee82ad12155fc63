package apitok

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"

	"github.com/apitok/apitok/pkg/grant"
)

// NetworkError says in apitok's words why a call to server got no answer.
func NetworkError(server string, err error) *Error {
	// The address may be long and hold an escaped name; the cause is enough.
	if u := new(url.Error); errors.As(err, &u) {
		err = u.Err
	}
	var cert *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return &Error{Kind: Interrupted, Message: "interrupted"}
	case errors.As(err, &cert):
		return &Error{Kind: Failed, Message: "the certificate of " + server + " does not verify", Cause: cert.Err,
			Hint: "if the server has a certificate authority of its own, name its PEM file with --ca-file"}
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return &Error{Kind: Unavailable, Message: server + " did not answer in time",
			Hint: "try again, or allow it longer with --timeout"}
	}
	return &Error{Kind: Unavailable, Message: "cannot reach " + server, Cause: err,
		Hint: "check the address and that the server runs, then try again"}
}

// tokenError says in apitok's words why the token endpoint of realm gave client
// no token.
func tokenError(realm Realm, client string, err error) *Error {
	var refusal *grant.Error
	if !errors.As(err, &refusal) {
		return NetworkError(realm.Server, err)
	}
	switch {
	case refusal.Status == http.StatusNotFound:
		return &Error{Kind: NotFound, Message: "there is no realm " + quote(realm.Name) + " at " + realm.Server, Cause: refusal}
	case refusal.Busy():
		return &Error{Kind: Unavailable, Message: realm.Server + " is busy or broken", Cause: refusal, Hint: "try again"}
	case isInvalidScope(refusal):
		return &Error{Kind: NotFound, Message: client + " has no such scope", Cause: refusal}
	case refusal.Status == http.StatusUnauthorized, refusal.Code == "invalid_client", refusal.Code == "unauthorized_client":
		return &Error{Kind: Denied, Message: "the server refused the secret of " + client, Cause: refusal,
			Hint: "it may have been rotated, disabled, expired or revoked elsewhere"}
	case refusal.Code == "invalid_grant":
		return &Error{Kind: Denied, Message: "the server refused the sign-in", Cause: refusal}
	}
	return &Error{Kind: Failed, Message: "the server gave " + client + " no token", Cause: refusal}
}

// isRefusedClient tells whether a client was refused for its secret, and not for what it
// asked.
func isRefusedClient(err error) bool {
	var refusal *grant.Error
	return errors.As(err, &refusal) && refusal.Status == http.StatusUnauthorized
}

func isInvalidScope(err error) bool {
	var refusal *grant.Error
	return errors.As(err, &refusal) && refusal.Code == "invalid_scope"
}

// AsError returns err as an [*Error]: itself, or the one it wraps, or a new one
// of kind Failed.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, context.Canceled) {
		return &Error{Kind: Interrupted, Message: "interrupted"}
	}
	return &Error{Kind: Failed, Message: err.Error()}
}
