package cli_test

import (
	"encoding/base64"
	"net/http"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// foreign makes another realm with the same users and one more, zoe. The realm knows it as
// the identity provider of that alias: foreign ALIAS [jwt-grant|store-token...]
func (b *bed) foreign(ts *testscript.TestScript, _ bool, args []string) {
	b.abroad = b.server.Realm(b.t)
	b.makeApplication(b.abroad, "broker-app", false, b.realm.Issuer())
	b.abroad.Must(b.t, http.MethodPost, "/users", map[string]any{
		"username": "zoe", "enabled": true, "email": "zoe@example.com", "emailVerified": true, "firstName": "Zoe", "lastName": "Zimmer",
		"credentials": []any{map[string]any{"type": "password", "value": "zoe-password"}},
	}, nil)
	config := map[string]string{
		"issuer": b.abroad.Issuer(), "clientId": "broker-app", "clientSecret": applicationSecret, "clientAuthMethod": "client_secret_basic",
		"useJwksUrl": "true", "validateSignature": "true", "isAccessTokenJWT": "true",
	}
	for name, path := range map[string]string{"authorizationUrl": "auth", "tokenUrl": "token", "userInfoUrl": "userinfo", "jwksUrl": "certs"} {
		config[name] = b.abroad.Issuer() + "/protocol/openid-connect/" + path
	}
	provider := map[string]any{"alias": args[0], "providerId": "oidc", "enabled": true, "config": config}
	for _, option := range args[1:] {
		switch option {
		case "jwt-grant":
			config["jwtAuthorizationGrantEnabled"] = "true"
		case "store-token":
			provider["storeToken"] = true
		}
	}
	b.realm.Must(b.t, http.MethodPost, "/identity-provider/instances", provider, nil)
	ts.Setenv("FOREIGN", b.abroad.Issuer())
}

// foreignToken keeps the access token of a user of the other realm: foreigntoken FILE USER
// [SCOPES]
func (b *bed) foreignToken(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.tokenOf(ts, b.abroad, "broker-app", args[1], args[2:]...)), 0o600))
}

// link links a user to one of the other realm: link ALIAS USER FOREIGN-USER
func (b *bed) link(_ *testscript.TestScript, _ bool, args []string) {
	b.realm.Must(b.t, http.MethodPost, "/users/"+b.realm.User(b.t, args[1])+"/federated-identity/"+args[0], map[string]string{
		"identityProvider": args[0], "userId": b.abroad.User(b.t, args[2]), "userName": args[2]}, nil)
}

// permit gives clients a permission of version 1: for the tokens of an identity provider, for an
// audience, or to impersonate: permit identity-provider:ALIAS|client:CLIENT-ID|users CLIENT-ID...
func (b *bed) permit(ts *testscript.TestScript, _ bool, args []string) {
	kind, name, _ := strings.Cut(args[0], ":")
	path, scope := "", "token-exchange"
	switch kind {
	case "identity-provider":
		path = "/identity-provider/instances/" + name + "/management/permissions"
	case "client":
		path = "/clients/" + b.clientID(b.t, name) + "/management/permissions"
	case "users":
		path, scope = "/users-management-permissions", "impersonate"
	default:
		ts.Fatalf("no permission is called %s", args[0])
	}
	var enabled struct{ ScopePermissions map[string]string }
	b.realm.Must(b.t, http.MethodPut, path, map[string]bool{"enabled": true}, &enabled)
	authz := "/clients/" + b.clientID(b.t, "realm-management") + "/authz/resource-server"
	var clients []string
	for _, id := range args[1:] {
		clients = append(clients, b.clientID(b.t, id))
	}
	var policy struct{ ID string }
	b.realm.Must(b.t, http.MethodPost, authz+"/policy/client", map[string]any{"name": "may " + args[0], "clients": clients}, &policy)
	permission := map[string]any{}
	at := authz + "/permission/scope/" + enabled.ScopePermissions[scope]
	b.realm.Must(b.t, http.MethodGet, at, nil, &permission)
	permission["policies"] = []string{policy.ID}
	b.realm.Must(b.t, http.MethodPut, at, permission, nil)
}

// samlClient makes a client that takes SAML assertions: samlclient CLIENT-ID
func (b *bed) samlClient(_ *testscript.TestScript, _ bool, args []string) {
	b.realm.Must(b.t, http.MethodPost, "/clients", map[string]any{
		"clientId": args[0], "protocol": "saml", "redirectUris": []string{"https://saml.example/*"},
		"attributes": map[string]string{
			"saml_idp_initiated_sso_url_name": args[0], "saml_assertion_consumer_url_post": "https://saml.example/acs",
			"saml.client.signature": "false", // or Keycloak makes it a key, which takes long
		},
	}, nil)
}

// assertion writes the SAML assertion in a file as XML: assertion FILE
func assertion(ts *testscript.TestScript, _ bool, args []string) {
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(ts.ReadFile(args[0])), "="))
	ts.Check(err)
	_, err = ts.Stdout().Write(text)
	ts.Check(err)
}
