package cli_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apitok/apitok/internal/testkit"
)

// applicationSecret is the secret of every application.
const applicationSecret = "application-secret"

// application makes a client that people sign in at with a password, whose tokens are for
// these audiences too: application CLIENT-ID [AUDIENCE...]
func (b *bed) application(_ *testscript.TestScript, _ bool, args []string) {
	b.makeApplication(b.realm, args[0], true, args[1:]...)
}

// makeApplication makes one in a realm. With roles, its tokens have those of the user, and are for
// the clients whose they are.
func (b *bed) makeApplication(realm *testkit.Realm, clientID string, roles bool, audiences ...string) {
	mappers := []any{}
	for _, audience := range audiences {
		mappers = append(mappers, map[string]any{
			"name": "aud " + audience, "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
			"config": map[string]string{"included.custom.audience": audience, "access.token.claim": "true", "id.token.claim": "true"},
		})
	}
	realm.Must(b.t, http.MethodPost, "/clients", map[string]any{
		"clientId": clientID, "secret": applicationSecret, "directAccessGrantsEnabled": true, "standardFlowEnabled": false,
		"fullScopeAllowed": roles, "protocolMappers": mappers,
	}, nil)
}

// userToken has a user sign in at an application and keeps the access token, or with
// SCOPES the one for these: usertoken FILE CLIENT-ID USER [SCOPES]
func (b *bed) userToken(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.tokenOf(ts, b.realm, args[1], args[2], args[3:]...)), 0o600))
}

func (b *bed) tokenOf(ts *testscript.TestScript, realm *testkit.Realm, clientID, user string, scopes ...string) string {
	return tokensOf(ts, realm, clientID, user, scopes...).Access
}

// userTokens are what the token endpoint gives to an application.
type userTokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	ID      string `json:"id_token"`
}

func tokensOf(ts *testscript.TestScript, realm *testkit.Realm, clientID, user string, scopes ...string) (answer userTokens) {
	form := url.Values{"grant_type": {"password"}, "client_id": {clientID}, "client_secret": {applicationSecret}, "username": {user}, "password": {user + "-password"}}
	if len(scopes) > 0 {
		form.Set("scope", strings.Join(scopes, " "))
	}
	resp, err := http.PostForm(realm.Issuer()+"/protocol/openid-connect/token", form)
	ts.Check(err)
	defer resp.Body.Close()
	ts.Check(json.NewDecoder(resp.Body).Decode(&answer))
	if answer.Access == "" {
		ts.Fatalf("%s does not sign in at %s: %s", user, clientID, resp.Status)
	}
	return answer
}

// allClaims writes all claims of the token in a file, what differs from run to run in
// words: allclaims FILE
func (b *bed) allClaims(ts *testscript.TestScript, _ bool, args []string) {
	claims := map[string]any{}
	ts.Check(json.Unmarshal(payload(ts, args[0]), &claims))
	lifetime := func(name string) float64 { n, _ := claims[name].(float64); return n }
	// Keycloak now and then counts a second less or more: it may tick between the two.
	claims["exp"] = fmt.Sprintf("iat + %.0f", math.Round((lifetime("exp")-lifetime("iat"))/5)*5)
	delete(claims, "iat")
	for _, name := range []string{"jti", "sid", "clientAddress", "clientHost"} {
		if text, ok := claims[name].(string); ok {
			kind, _, found := strings.Cut(text, ":")
			claims[name] = map[bool]string{true: kind + ":...", false: "..."}[found]
		}
	}
	if scope, ok := claims["scope"].(string); ok {
		claims["scope"] = strings.Join(slices.Sorted(slices.Values(strings.Fields(scope))), " ")
	}
	if owner, ok := claims["owner"].(map[string]any); ok && owner["id"] != nil {
		owner["id"] = b.named(owner["id"])
	}
	claims["sub"] = b.named(claims["sub"])
	text, err := json.Marshal(ordered(claims))
	ts.Check(err)
	writeJSON(ts, []byte(strings.NewReplacer(b.realm.Issuer(), "ISSUER", b.realm.Name, "REALM").Replace(string(text))))
}

// named says whose id it is.
func (b *bed) named(id any) string {
	var user struct{ Username string }
	if b.realm.Do(b.t, http.MethodGet, fmt.Sprint("/users/", id), nil, &user) != http.StatusOK {
		return "id of nobody here"
	}
	return "id of " + user.Username
}

// ordered sorts every list, at any depth: the server gives them in any order.
func ordered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = ordered(v[name])
		}
	case []any:
		for i := range v {
			v[i] = ordered(v[i])
		}
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return v
}
