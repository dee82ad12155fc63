package keycloak

import (
	"slices"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// The attributes by which Keycloak lets a client ask for other tokens than its own.
const (
	attrExchange          = "standard.token.exchange.enabled"
	attrExchangeRefresh   = "standard.token.exchange.enableRefreshRequestedTokenType"
	attrJWTGrant          = "oauth2.jwt.authorization.grant.enabled"
	attrJWTGrantProviders = "oauth2.jwt.authorization.grant.idp"
	// valueMark stands between the values of an attribute that has several.
	valueMark = "##"
	// sameSession has a refresh token belong to the session of the token that was
	// exchanged.
	sameSession = "SAME_SESSION"
)

// allowed reads what a client may ask for.
func allowed(attrs map[string]string) (names []string) {
	if attrs[attrExchange] == "true" {
		names = append(names, apitok.AllowExchange)
		if attrs[attrExchangeRefresh] == sameSession {
			names = append(names, apitok.AllowExchangeRefresh)
		}
	}
	if attrs[attrJWTGrant] == "true" && attrs[attrJWTGrantProviders] != "" {
		for alias := range strings.SplitSeq(attrs[attrJWTGrantProviders], valueMark) {
			names = append(names, apitok.AllowJWTGrant+alias)
		}
	}
	return names
}

// allow sets the attributes so that a client may ask for exactly that; "" takes one away.
func allow(attrs map[string]string, names []string) {
	attrs[attrExchange], attrs[attrExchangeRefresh], attrs[attrJWTGrant] = "false", "", "false"
	if slices.Contains(names, apitok.AllowExchange) {
		attrs[attrExchange] = "true"
	}
	if slices.Contains(names, apitok.AllowExchangeRefresh) {
		attrs[attrExchangeRefresh] = sameSession
	}
	var aliases []string
	for _, name := range names {
		if alias, ok := strings.CutPrefix(name, apitok.AllowJWTGrant); ok {
			aliases = append(aliases, alias)
			attrs[attrJWTGrant] = "true"
		}
	}
	attrs[attrJWTGrantProviders] = strings.Join(aliases, valueMark)
}
