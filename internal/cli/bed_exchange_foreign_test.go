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

// mayTakeFrom gives a client the permission, of version 1, to exchange tokens of an
// identity provider, and for those that the realm keeps of it: maytakefrom ALIAS CLIENT-ID
func (b *bed) mayTakeFrom(_ *testscript.TestScript, _ bool, args []string) {
	b.permit("/identity-provider/instances/"+args[0]+"/management/permissions", "token-exchange", args[1])
}

// mayImpersonate gives a client the permission, of version 1, to act as any user:
// mayimpersonate CLIENT-ID
func (b *bed) mayImpersonate(_ *testscript.TestScript, _ bool, args []string) {
	b.permit("/users-management-permissions", "impersonate", args[0])
}

// assertion writes the SAML assertion in a file as XML: assertion FILE
func assertion(ts *testscript.TestScript, _ bool, args []string) {
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(ts.ReadFile(args[0])), "="))
	ts.Check(err)
	_, err = ts.Stdout().Write(text)
	ts.Check(err)
}
