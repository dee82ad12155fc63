package cli_test

import (
	"net/http"

	"github.com/rogpeppe/go-internal/testscript"
)

// mayExchange gives a client the permission, of version 1, to exchange tokens for
// another: mayexchange AUDIENCE CLIENT-ID
func (b *bed) mayExchange(_ *testscript.TestScript, _ bool, args []string) {
	b.permit("/clients/"+b.clientID(b.t, args[0])+"/management/permissions", "token-exchange", args[1])
}

// permit gives a client the permission of that name (version 1) of what has its
// permissions at path.
func (b *bed) permit(path, name, clientID string) {
	var made struct{ ScopePermissions map[string]string }
	b.realm.Must(b.t, http.MethodPut, path, map[string]any{"enabled": true}, &made)
	server := "/clients/" + b.clientID(b.t, "realm-management") + "/authz/resource-server"
	var policy struct{ ID string }
	b.realm.Must(b.t, http.MethodPost, server+"/policy/client",
		map[string]any{"name": clientID + " at " + path, "clients": []string{b.clientID(b.t, clientID)}}, &policy)
	permission := server + "/permission/scope/" + made.ScopePermissions[name]
	var whole map[string]any
	b.realm.Must(b.t, http.MethodGet, permission, nil, &whole)
	whole["policies"] = []string{policy.ID}
	b.realm.Must(b.t, http.MethodPut, permission, whole, nil)
}

// organization makes an organization that a user is a member of: organization ALIAS USER
func (b *bed) organization(_ *testscript.TestScript, _ bool, args []string) {
	b.realm.Must(b.t, http.MethodPut, "", map[string]any{"organizationsEnabled": true}, nil)
	b.realm.Must(b.t, http.MethodPost, "/organizations",
		map[string]any{"name": args[0], "alias": args[0], "domains": []any{map[string]any{"name": args[0] + ".example"}}}, nil)
	var found []struct{ ID string }
	b.realm.Must(b.t, http.MethodGet, "/organizations?search="+args[0], nil, &found)
	b.realm.Must(b.t, http.MethodPost, "/organizations/"+found[0].ID+"/members", b.realm.User(b.t, args[1]), nil)
}

// samlApplication makes a SAML client that assertions can be made for:
// samlapplication CLIENT-ID
func (b *bed) samlApplication(_ *testscript.TestScript, _ bool, args []string) {
	b.realm.Must(b.t, http.MethodPost, "/clients", map[string]any{
		"clientId": args[0], "protocol": "saml", "redirectUris": []string{"https://saml.example/acs"},
		"attributes": map[string]string{
			"saml_assertion_consumer_url_post": "https://saml.example/acs", "saml_idp_initiated_sso_url_name": args[0],
			"saml.client.signature": "false", // or Keycloak makes it a key, which takes long
		},
	}, nil)
}
