package keycloak

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/Nerzal/gocloak/v13"
	"github.com/go-resty/resty/v2"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Registration is a realm's client registration API as the holder of a client's
// registration access token sees it: that client alone, and no rights in the realm.
type Registration struct {
	realm  apitok.Realm
	client *resty.Client
}

var _ apitok.Registration = (*Registration)(nil)

// NewRegistration makes a Registration of realm. client sends the requests and must
// have a time-out.
func NewRegistration(realm apitok.Realm, client *http.Client) *Registration {
	observed := *client
	observed.Transport = observer{client.Transport}
	return &Registration{realm: realm, client: resty.NewWithClient(&observed)}
}

// registrationAddress is where a client is changed in Keycloak's own form.
func registrationAddress(realm apitok.Realm, clientID string) string {
	return realm.Issuer() + "/clients-registrations/default/" + url.PathEscape(clientID)
}

// registered is a client with the next registration access token.
type registered struct {
	client
	Token string `json:"registrationAccessToken"`
}

// Client implements [apitok.Registration]. Reading leaves the token as it is.
func (r *Registration) Client(ctx context.Context, clientID string, token apitok.Secret) (apitok.Client, error) {
	found, err := r.send(ctx, http.MethodGet, clientID, token, nil)
	return read(found.client), err
}

// Change implements [apitok.Registration]. The PUT changes what it holds and leaves the
// rest, the limit of the secret too.
func (r *Registration) Change(ctx context.Context, clientID string, token apitok.Secret, change apitok.RegistrationChange) (apitok.Secret, error) {
	attrs := map[string]string{}
	maps.Copy(attrs, change.Attributes)
	body := gocloak.Client{ClientID: &clientID, Enabled: change.Enabled, Attributes: &attrs}
	if !change.Secret.IsZero() {
		body.Secret = gocloak.StringP(change.Secret.Reveal())
		attrs[attrSecretCreated] = strconv.FormatInt(change.SecretCreated.Unix(), 10)
	}
	changed, err := r.send(ctx, http.MethodPut, clientID, token, body)
	return apitok.NewSecret(changed.Token), err
}

// Delete implements [apitok.Registration].
func (r *Registration) Delete(ctx context.Context, clientID string, token apitok.Secret) error {
	_, err := r.send(ctx, http.MethodDelete, clientID, token, nil)
	return err
}

func (r *Registration) send(ctx context.Context, method, clientID string, token apitok.Secret, in any) (out registered, err error) {
	ctx, seen := withObservation(ctx)
	req := r.client.R().SetContext(ctx).SetAuthToken(token.Reveal()).SetHeader("Accept", "application/json")
	if in != nil {
		req.SetBody(in)
	}
	resp, err := req.Execute(method, registrationAddress(r.realm, clientID))
	err = registrationError(r.realm, responseError(resp, err), seen)
	if err != nil || method == http.MethodDelete {
		return registered{}, err
	}
	// The decoder's error could quote the body, and with it a secret.
	if json.Unmarshal(resp.Body(), &out) != nil {
		return registered{}, &apitok.Error{Kind: apitok.Failed, Message: "the server's answer about the client cannot be read"}
	}
	return out, nil
}

// registrationError says in apitok's words why what could not be done.
func registrationError(realm apitok.Realm, err error, seen *observation) error {
	var api *gocloak.APIError
	switch {
	case !errors.As(err, &api):
		return err
	case api.Code == http.StatusUnauthorized:
		return &apitok.Error{Kind: apitok.NotFound, Message: "the server does not take the registration access token", Cause: api}
	case api.Code == http.StatusForbidden, api.Code == http.StatusBadRequest:
		return &apitok.Error{Kind: apitok.Denied, Message: "the realm's policies refuse this to the holder of a registration access token", Cause: api}
	}
	return translate(realm, err, seen, "changing the client by its registration access token failed", "")
}
