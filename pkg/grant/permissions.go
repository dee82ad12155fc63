package grant

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// Bearer is a user who asks in person, by an access token (RFC 6750 section 2.1).
type Bearer struct {
	// Token is the access token.
	Token Secret
}

func (a Bearer) authenticate(header http.Header, _ url.Values) error { //nolint:unparam // the interface has it
	header.Set("Authorization", "Bearer "+a.Token.Reveal())
	return nil
}

func (Bearer) repeatable() bool { return true }

// A Permission is what one may do with a resource.
type Permission struct {
	Resource string   `json:"rsname"`
	Scopes   []string `json:"scopes"`
}

// Permissions asks what the one who asks may do at the resource server, a client of Keycloak
// (Keycloak's Authorization Services Guide, "Obtaining Permissions"). Its errors are those of
// [Endpoint.Token]; the code is access_denied when it is nothing at all.
func (e Endpoint) Permissions(ctx context.Context, resourceServer string) (all []Permission, err error) {
	form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:uma-ticket"}, "audience": {resourceServer}, "response_mode": {"permissions"}}
	body, _, err := e.post(ctx, e.URL, form, true)
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(body, &all) != nil {
		return nil, &Error{Status: http.StatusOK, Description: "the answer does not list permissions"}
	}
	return all, nil
}
