package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/apitok"
)

// A holder has the registration access token of a client.
type holder struct {
	t        *testing.T
	realm    *testkit.Realm
	clientID string
	id       string
	token    string
}

// newHolder makes a client with the settings of a credential, delegated or not, and gets
// a registration access token for it.
func newHolder(t *testing.T, realm *testkit.Realm, clientID string, delegated bool) *holder {
	attrs := apitok.DelegatedAttributes()
	attrs["apitok.owner"] = "alice"
	realm.Must(t, "POST", "/clients", map[string]any{
		"clientId": clientID, "secret": "first-secret", "serviceAccountsEnabled": true, "standardFlowEnabled": false,
		"fullScopeAllowed": true, "redirectUris": []string{}, "webOrigins": []string{}, "attributes": attrs,
	}, nil)
	h := &holder{t: t, realm: realm, clientID: clientID}
	h.id, _ = realm.Client(t, clientID)["id"].(string)
	if delegated {
		realm.Must(t, "POST", "/clients/"+h.id+"/roles", map[string]any{"name": apitok.DelegatedRole}, nil)
	}
	var minted struct {
		Token string `json:"registrationAccessToken"`
	}
	realm.Must(t, "POST", "/clients/"+h.id+"/registration-access-token", nil, &minted)
	h.token = minted.Token
	return h
}

// send sends a request to the client registration API as the holder and keeps the new
// token that an update is answered with.
func (h *holder) send(method, provider string, body map[string]any) int {
	h.t.Helper()
	var payload bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&payload).Encode(body); err != nil {
			h.t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.realm.Issuer()+"/clients-registrations/"+provider+"/"+h.clientID, &payload)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Token string `json:"registration_access_token"`
		Other string `json:"registrationAccessToken"`
	}
	if resp.StatusCode < 300 && resp.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
			h.t.Fatal(err)
		}
		if answer.Token+answer.Other != "" {
			h.token = answer.Token + answer.Other
		}
	}
	return resp.StatusCode
}

// with is a body of the default provider.
func (h *holder) with(change map[string]any) map[string]any {
	body := map[string]any{"clientId": h.clientID}
	maps.Copy(body, change)
	return body
}

func attribute(name, value string) map[string]any {
	return map[string]any{"attributes": map[string]string{name: value}}
}

func hardcoded(claim, value string) map[string]any {
	return map[string]any{"protocolMappers": []any{map[string]any{
		"name": claim, "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-claim-mapper",
		"config": map[string]string{"claim.name": claim, "claim.value": value, "access.token.claim": "true"},
	}}}
}

// wideners are what would let the holder's client do more than it may.
var wideners = map[string]map[string]any{
	"redirect":            {"redirectUris": []string{"https://evil.example/*"}},
	"flow and redirect":   {"standardFlowEnabled": true, "redirectUris": []string{"http://127.0.0.1/*"}},
	"root address":        {"rootUrl": "https://evil.example"},
	"base address":        {"baseUrl": "https://evil.example"},
	"admin address":       {"adminUrl": "https://evil.example"},
	"web origins":         {"webOrigins": []string{"*"}},
	"implicit flow":       {"implicitFlowEnabled": true},
	"password grant":      {"directAccessGrantsEnabled": true},
	"public":              {"publicClient": true},
	"bearer only":         {"bearerOnly": true},
	"SAML":                {"protocol": "saml"},
	"keys":                {"clientAuthenticatorType": "client-jwt"},
	"certificates":        {"clientAuthenticatorType": "client-x509"},
	"foreign issuer":      {"clientAuthenticatorType": "federated-jwt"},
	"client id":           {"clientId": "another"},
	"device flow":         attribute("oauth2.device.authorization.grant.enabled", "true"),
	"CIBA":                attribute("oidc.ciba.grant.enabled", "true"),
	"token exchange":      attribute("standard.token.exchange.enabled", "true"),
	"assertions":          attribute("oauth2.jwt.authorization.grant.enabled", "true"),
	"refresh tokens":      attribute("client_credentials.use_refresh_token", "true"),
	"introspect anything": attribute("allow.token.introspection.without.audience.check", "true"),
	"acr":                 attribute("acr.loa.map", `{"gold":1,"silver":0,"minus":-1}`),
	"no acr map":          attribute("acr.loa.map", ""),
	"lightweight tokens":  attribute("client.use.lightweight.access.token.enabled", "true"),
	"realm's own":         attribute("realm_client", "true"),
	"no record":           attribute("apitok.version", ""),
	"not delegated":       attribute("apitok.delegated", ""),
	"keys from elsewhere": attribute("jwks.url", "https://evil.example/jwks"),
	"logout elsewhere":    attribute("backchannel.logout.url", "https://evil.example/"),
	"request elsewhere":   attribute("request.uris", "https://evil.example/"),
	"hardcoded subject":   hardcoded("sub", "somebody"),
	"hardcoded roles":     hardcoded("realm_access", `{"roles":["god"]}`),
	"foreign scope":       {"defaultClientScopes": []string{"basic", "aud-billing-api"}},
	"foreign option":      {"optionalClientScopes": []string{"aud-billing-api"}},
}

// registrations are wideners in the form of OpenID Connect's client registration, which
// takes the same token.
var registrations = map[string]map[string]any{
	"redirect":       {"redirect_uris": []string{"https://evil.example/cb"}},
	"code":           {"grant_types": []string{"client_credentials", "authorization_code"}, "redirect_uris": []string{"https://evil.example/cb"}},
	"password":       {"grant_types": []string{"client_credentials", "password"}},
	"device":         {"grant_types": []string{"client_credentials", "urn:ietf:params:oauth:grant-type:device_code"}},
	"token exchange": {"grant_types": []string{"client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"}},
	"CIBA":           {"grant_types": []string{"client_credentials", "urn:openid:params:grant-type:ciba"}},
	"public":         {"grant_types": []string{"client_credentials"}, "token_endpoint_auth_method": "none"},
}

// TestHolderCannotWiden: on a realm that apitok setup prepared, the holder of the
// registration access token of a delegated credential can rotate, disable and delete it,
// and open no way in.
func TestHolderCannotWiden(t *testing.T) {
	t.Parallel()
	realm := testkit.Keycloak(t).Realm(t)
	w := newWorkshopAt(t, realm)
	id, secret := realm.Operator(t, "realm-admin")
	w.env = append(w.env, "APITOK_LOGIN_CLIENT_ID="+id, "APITOK_LOGIN_CLIENT_SECRET="+secret)
	w.must(0, "setup", "--audience", "billing-api")

	h := newHolder(t, realm, "apitok.alice.ci", true)
	before := guarded(realm.Client(t, h.clientID))
	for name, change := range wideners {
		h.send("PUT", "default", h.with(change))
		if after := guarded(realm.Client(t, h.clientID)); after != before {
			t.Errorf("%s is open:\n%s\n%s", name, before, after)
		}
	}
	for name, change := range registrations {
		body := map[string]any{"client_id": h.clientID, "grant_types": []string{"client_credentials"}}
		maps.Copy(body, change)
		h.send("PUT", "openid-connect", body)
		if after := guarded(realm.Client(t, h.clientID)); after != before {
			t.Errorf("%s is open by OpenID Connect's registration:\n%s\n%s", name, before, after)
		}
	}
	for _, change := range []map[string]any{{"secret": "second-secret"}, {"description": "nightly"}} {
		if status := h.send("PUT", "default", h.with(change)); status != http.StatusOK {
			t.Errorf("%v is refused with %d", change, status)
		}
	}
	realm.Token(t, h.clientID, "second-secret")
	if status := h.send("DELETE", "default", nil); status != http.StatusNoContent {
		t.Errorf("deleting it is refused with %d", status)
	}

	h = newHolder(t, realm, "apitok.alice.two", true)
	if status := h.send("PUT", "default", h.with(map[string]any{"enabled": false})); status != http.StatusOK {
		t.Errorf("disabling it is refused with %d", status)
	}
	if status := h.send("PUT", "default", h.with(map[string]any{"enabled": true})); status != http.StatusUnauthorized {
		t.Errorf("enabling it again is answered with %d", status)
	}
}

// TestOthersMayRegister: setup bounds delegated credentials only.
func TestOthersMayRegister(t *testing.T) {
	t.Parallel()
	realm := testkit.Keycloak(t).Realm(t)
	w := newWorkshopAt(t, realm)
	id, secret := realm.Operator(t, "realm-admin")
	w.env = append(w.env, "APITOK_LOGIN_CLIENT_ID="+id, "APITOK_LOGIN_CLIENT_SECRET="+secret)
	w.must(0, "setup")
	h := newHolder(t, realm, "app", false)
	if status := h.send("PUT", "default", h.with(wideners["flow and redirect"])); status != http.StatusOK {
		t.Errorf("another client is bound too: %d", status)
	}
	// Administrators go on as ever with a delegated one, and it goes on getting tokens.
	h = newHolder(t, realm, "apitok.alice.ci", true)
	for _, change := range []string{"redirect", "token exchange", "no record"} {
		realm.Must(t, "PUT", "/clients/"+h.id, h.with(wideners[change]), nil)
		realm.Must(t, "GET", "/clients/"+h.id, nil, nil)
		realm.Token(t, h.clientID, "first-secret")
	}
	realm.Must(t, "DELETE", "/clients/"+h.id, nil, nil)
}

// guarded is what the holder must not change. Others, such as a description or the flow
// that is of no use without a redirect, may change.
func guarded(client map[string]any) string {
	attrs, _ := client["attributes"].(map[string]any)
	kept := map[string]any{}
	for _, name := range []string{
		"clientId", "publicClient", "bearerOnly", "protocol", "clientAuthenticatorType", "implicitFlowEnabled", "directAccessGrantsEnabled",
		"redirectUris", "webOrigins", "rootUrl", "baseUrl", "adminUrl", "protocolMappers",
	} {
		kept[name] = client[name]
	}
	for _, name := range []string{"acr.loa.map", "jwks.url", "backchannel.logout.url", "request.uris"} {
		kept[name] = attrs[name]
	}
	for name := range apitok.DelegatedAttributes() {
		kept[name] = attrs[name]
	}
	scopes := fmt.Sprint(client["defaultClientScopes"], client["optionalClientScopes"])
	kept["foreign scope"] = bytes.Contains([]byte(scopes), []byte("aud-billing-api"))
	text, err := json.Marshal(kept)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
