package keycloak

import (
	"slices"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

const (
	attrExchangeRefresh = "standard.token.exchange.enableRefreshRequestedTokenType"
	// sameSession has a refresh token belong to the session of the token that was
	// exchanged.
	sameSession = "SAME_SESSION"
)

// allowed reads what a client may ask for.
func allowed(attrs map[string]string) (names []string) {
	if attrs[apitok.AttrStandardExchange] == "true" {
		names = append(names, apitok.AllowExchange)
		if attrs[attrExchangeRefresh] == sameSession {
			names = append(names, apitok.AllowExchangeRefresh)
		}
	}
	if attrs[apitok.AttrJWTGrant] == "true" && attrs[apitok.AttrJWTGrantProviders] != "" {
		for alias := range strings.SplitSeq(attrs[apitok.AttrJWTGrantProviders], apitok.ListMark) {
			names = append(names, apitok.AllowJWTGrant+alias)
		}
	}
	return names
}

// allow sets the attributes so that a client may ask for exactly that; "" takes one away.
func allow(attrs map[string]string, names []string) {
	attrs[apitok.AttrStandardExchange], attrs[attrExchangeRefresh], attrs[apitok.AttrJWTGrant] = "false", "", "false"
	if slices.Contains(names, apitok.AllowExchange) {
		attrs[apitok.AttrStandardExchange] = "true"
	}
	if slices.Contains(names, apitok.AllowExchangeRefresh) {
		attrs[attrExchangeRefresh] = sameSession
	}
	var aliases []string
	for _, name := range names {
		if alias, ok := strings.CutPrefix(name, apitok.AllowJWTGrant); ok {
			aliases = append(aliases, alias)
			attrs[apitok.AttrJWTGrant] = "true"
		}
	}
	attrs[apitok.AttrJWTGrantProviders] = strings.Join(aliases, apitok.ListMark)
}
