// Package apitok is the domain of apitok: API credentials that belong to a
// Keycloak user, and the verbs on them.
//
// A credential is a confidential Keycloak client with a service account that
// has its owner's roles or fewer. Everything about it rests on that client, so
// any number of people, machines and pipelines agree about it.
//
// [Admin] has the verbs that change the server, [Holder] those of a machine that
// uses credentials. Both reach the world through [Directory] and [Store].
//
// Every error a verb returns is an [*Error], or wraps one, and says by its Kind
// what a program should do about it.
package apitok

import (
	"net/url"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// Secret is text that prints as "[redacted]" however it is printed.
type Secret = grant.Secret

// NewSecret makes a secret of text.
func NewSecret(text string) Secret { return grant.NewSecret(text) }

// A Realm names a Keycloak realm and the server it is on.
type Realm struct {
	// Server is the server's base address without a slash at its end.
	Server string
	// Name is the realm's name.
	Name string
}

// Issuer returns the issuer of the realm's tokens, as Keycloak builds it.
func (r Realm) Issuer() string { return r.Server + "/realms/" + url.PathEscape(r.Name) }

// TokenURL returns the address of the realm's token endpoint. Keycloak fixes the
// path, so it needs no discovery.
func (r Realm) TokenURL() string { return r.Issuer() + "/protocol/openid-connect/token" }

// A Clock tells the time.
type Clock func() time.Time
