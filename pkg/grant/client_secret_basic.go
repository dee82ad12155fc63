package grant

import (
	"encoding/base64"
	"net/http"
	"net/url"
)

// ClientSecretBasic is HTTP Basic authentication with the client's secret
// (RFC 6749 section 2.3.1). Client id and secret are form-encoded first, as the
// RFC says and Keycloak demands, so both may hold any character.
type ClientSecretBasic struct {
	// ClientID is the client's id.
	ClientID string
	// Secret is the client's secret.
	Secret Secret
}

func (a ClientSecretBasic) authenticate(header http.Header, _ url.Values) error { //nolint:unparam // the interface has it
	pair := url.QueryEscape(a.ClientID) + ":" + url.QueryEscape(a.Secret.Reveal())
	header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	return nil
}

func (ClientSecretBasic) repeatable() bool { return true }
