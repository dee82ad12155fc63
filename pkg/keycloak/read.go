package keycloak

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// The attributes in which Keycloak keeps the age of a client's secrets, in
// seconds since 1970, and the lifetime of its access tokens in seconds.
const (
	attrSecretCreated = "client.secret.creation.time"
	attrSecretExpires = "client.secret.expiration.time"
	attrOldSecret     = "client.secret.rotated"
	attrOldCreated    = "client.secret.rotated.creation.time"
	attrOldExpires    = "client.secret.rotated.expiration.time"
	attrTokenLifetime = "access.token.lifespan"
)

// markName names the protocol mapper that marks a half-made client. A mapper can
// be taken away without a PUT of the client, which would erase the expiry of its
// secret.
const markName = "apitok-unfinished"

// A client is one with all that Keycloak tells of it; gocloak knows most of that.
type client struct {
	gocloak.Client
	AlwaysInConsole *bool `json:"alwaysDisplayInConsole,omitempty"`
}

// read makes of a client what apitok reads of it.
func read(c client) apitok.Client {
	attrs := value(c.Attributes)
	client := apitok.Client{
		ID: value(c.ID), ClientID: value(c.ClientID), Name: value(c.Name), Description: value(c.Description), Enabled: value(c.Enabled),
		Attributes: attrs, DefaultScopes: value(c.DefaultClientScopes), OptionalScopes: value(c.OptionalClientScopes), Odd: odd(&c.Client), Allowed: allowed(attrs),
		ServiceAccount: value(c.ServiceAccountsEnabled), Extra: extra(c), ExtraAttributes: extraAttributes(attrs), Nodes: slices.Sorted(maps.Keys(value(c.RegisteredNodes))),
		SecretCreated: moment(attrs[attrSecretCreated]), SecretExpires: moment(attrs[attrSecretExpires]),
	}
	if seconds, err := strconv.Atoi(attrs[attrTokenLifetime]); err == nil && seconds > 0 {
		client.TokenLifetime = time.Duration(seconds) * time.Second
	}
	if until := moment(attrs[attrOldExpires]); attrs[attrOldSecret] != "" && until.After(time.Now()) {
		client.RotatedUntil = until
	}
	for _, m := range value(c.ProtocolMappers) {
		switch {
		case isMark(m):
			client.Mark = value(m.ID)
		case !builtin(m):
			client.Mappers = append(client.Mappers, apitok.Mapper{ID: value(m.ID), Name: value(m.Name), Claim: claimOf(m)})
		}
	}
	return client
}

func moment(seconds string) time.Time {
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || s <= 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}
