package grant

import (
	"net/http"
	"net/url"
)

// PublicClient is a client without a secret (RFC 6749 section 2.1), which only
// says its name.
type PublicClient struct {
	// ClientID is the client's id.
	ClientID string
}

func (a PublicClient) authenticate(_ http.Header, form url.Values) error { //nolint:unparam // the interface has it
	form.Set("client_id", a.ClientID)
	return nil
}

func (PublicClient) repeatable() bool { return true }
