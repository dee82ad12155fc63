package cli_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/apitok"
)

// holderOf is a holder of a credential that is there already.
func holderOf(t *testing.T, realm *testkit.Realm, clientID string) *holder {
	h := &holder{t: t, realm: realm, clientID: clientID}
	h.id, _ = realm.Client(t, clientID)["id"].(string)
	h.mint()
	return h
}

func (h *holder) mint() {
	h.t.Helper()
	var minted struct {
		Token string `json:"registrationAccessToken"`
	}
	h.realm.Must(h.t, "POST", "/clients/"+h.id+"/registration-access-token", nil, &minted)
	h.token = minted.Token
}

func attributes(pairs ...string) map[string]any {
	attrs := map[string]string{}
	for pair := range slices.Chunk(pairs, 2) {
		attrs[pair[0]] = pair[1]
	}
	return map[string]any{"attributes": attrs}
}

// openToHolders are what no policy keeps a holder from, one update after the other.
func openToHolders(bob string) map[string][]map[string]any {
	return map[string][]map[string]any{
		"owner":            {attributes("apitok.owner.id", bob, "apitok.owner", "bob")},
		"administrator":    {attributes("apitok.roles", "mirror", "apitok.roles.admin", "true", "apitok.owner.id", bob)},
		"no owner":         {attributes("apitok.owner.id", "", "apitok.owner", "", "apitok.name", "")},
		"roles":            {attributes("apitok.roles", "subset", "apitok.roles.list", `["orders-api:admin"]`)},
		"audiences":        {attributes("apitok.audiences", `["billing-api"]`)},
		"identity":         {attributes("apitok.identity", "owner")},
		"end":              {attributes("apitok.expires_at", "2099-01-01T00:00:00Z")},
		"limit":            {attributes("client.secret.expiration.time", "2000000000")},
		"no limit":         {attributes("client.secret.expiration.time", "")},
		"token lifetime":   {attributes("access.token.lifespan", "900")},
		"fewer scopes":     {{"defaultClientScopes": []string{"basic"}}},
		"scope on request": {{"optionalClientScopes": []string{"roles"}}},
		"full scope":       {{"fullScopeAllowed": false}},
		"standard flow":    {{"standardFlowEnabled": true}},
		"name":             {{"name": "Payroll (trusted)"}},
		"place in console": {{"alwaysDisplayInConsole": true}},
		"nodes":            {{"registeredNodes": map[string]int{"evil.example": 5, "10.0.0.1:8080": 5}}},
		"logout":           {{"frontchannelLogout": true}, attributes("frontchannel.logout.url", "https://evil.example/")},
		"surrogate":        {{"surrogateAuthRequired": true}},
		"signature":        {attributes("access.token.signed.response.alg", "HS256")},
		"asked for acr":    {attributes("default.acr.values", "1")},
		"keys":             {attributes("jwks.string", "{}", "use.jwks.string", "true")},
		"unknown to all":   {attributes("apitok.impersonation", "jwt-grant", "something", "else")},
		"consent":          {{"consentRequired": true}},
		"no account":       {{"serviceAccountsEnabled": false}},
		"another account":  {{"serviceAccountsEnabled": false}, {"serviceAccountsEnabled": true}},
		"mapper": {{"protocolMappers": []any{map[string]any{
			"name": "owner", "protocol": "openid-connect", "protocolMapper": "oidc-usermodel-property-mapper",
			"config": map[string]string{"claim.name": "owner", "user.attribute": "username", "access.token.claim": "true"},
		}}}},
		"default role": {{"defaultRoles": []string{"god", "a/../b"}}},
	}
}

// TestSyncSetsBack: whatever a holder can change beyond the secret, sync and doctor see it, sync sets it back, and the
// holder's token goes on holding.
func TestSyncSetsBack(t *testing.T) {
	w, recipient, _ := delegatedWorkshop(t)
	const clientID = "apitok.alice.ci"
	w.must(0, "create", "alice/ci", "--audience", "orders-api", "--expires", "90d", "--token-lifetime", "5m",
		"--delegate", "--recipient", recipient, "--handover", filepath.Join(t.TempDir(), "ci.age"))
	w.must(0, "sync", "--all", "--check")
	before := w.whole(clientID)
	h := holderOf(t, w.realm, clientID)
	for name, changes := range openToHolders(w.realm.User(t, "bob")) {
		t.Run(name, func(t *testing.T) {
			outer := *w
			defer func() { *w = outer }()
			w.t, h.t = t, t
			for _, change := range changes {
				if status := h.send("PUT", "default", h.with(change)); status != http.StatusOK {
					t.Fatalf("it is not open: %d", status)
				}
			}
			if cmp.Equal(before, w.whole(clientID)) {
				t.Fatal("it changes nothing")
			}
			w.must(8, "sync", "--all", "--check")
			w.says(8, "alice/ci", "doctor")
			w.must(0, "sync", "--all")
			w.must(0, "sync", "--all", "--check")
			if diff := cmp.Diff(before, w.whole(clientID)); diff != "" {
				t.Errorf("(-before +after):\n%s", diff)
			}
			if status := h.send("PUT", "default", h.with(map[string]any{"description": name})); status != http.StatusOK {
				t.Errorf("the holder's token does not hold any more: %d", status)
			}
		})
	}
	h.t = t
	// What the account may not take away, it stops.
	h.send("PUT", "default", h.with(map[string]any{"defaultRoles": []string{apitok.DelegatedRole}}))
	w.must(4, "sync", "--all")
	if w.client("alice/ci")["enabled"] != false {
		t.Error("it still works though its role is everybody's")
	}
	id, secret := w.realm.Operator(t, "realm-admin")
	mighty := w.at(t, "APITOK_LOGIN_CLIENT_ID="+id, "APITOK_LOGIN_CLIENT_SECRET="+secret)
	mighty.must(0, "enable", "alice/ci")
	w.must(0, "sync", "--all", "--check")
	if diff := cmp.Diff(before, w.whole(clientID)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

// TestEditsAreNotTaken: an edit does not take what the holder wrote for the record.
func TestEditsAreNotTaken(t *testing.T) {
	w, recipient, _ := delegatedWorkshop(t)
	w.must(0, "create", "alice/ci", "--role", "orders-api:read", "--delegate", "--recipient", recipient, "--handover", filepath.Join(t.TempDir(), "ci.age"))
	h := holderOf(t, w.realm, "apitok.alice.ci")
	for _, command := range [][]string{{"edit", "alice/ci", "--token-lifetime", "2m"}, {"disable", "alice/ci"}, {"enable", "alice/ci"},
		{"delegate", "alice/ci", "--recipient", recipient, "--handover", filepath.Join(t.TempDir(), "ci.age")}} {
		if command[0] == "delegate" {
			h.mint()
		}
		if command[0] != "enable" {
			h.send("PUT", "default", h.with(attributes("apitok.roles", "mirror", "apitok.owner.id", w.realm.User(t, "bob"))))
		}
		w.says(0, "subset orders-api:read", "show", "alice/ci")
		w.must(0, command...)
		w.must(0, "sync", "--all")
		if got := w.realm.EffectiveRoles(t, w.realm.User(t, "service-account-apitok.alice.ci")); !slices.Equal(got, []string{"orders-api:read"}) {
			t.Errorf("after %s it has %v", command[0], got)
		}
		w.must(0, "sync", "--all", "--check")
	}
}

// TestWithoutPolicies: where the policies are gone, doctor says so, and what the holder took off the client is seen all the
// same.
func TestWithoutPolicies(t *testing.T) {
	w, recipient, _ := delegatedWorkshop(t)
	w.must(0, "create", "alice/ci", "--delegate", "--recipient", recipient, "--handover", filepath.Join(t.TempDir(), "ci.age"))
	before := w.whole("apitok.alice.ci")
	h := holderOf(t, w.realm, "apitok.alice.ci")
	w.realm.Must(t, "PUT", "/client-policies/policies", map[string]any{"policies": []any{}}, nil)
	w.says(8, "nothing keeps the holders of delegated credentials from widening them: 1", "doctor")
	w.must(8, "delegate", "alice/ci", "--recipient", recipient, "--handover", filepath.Join(t.TempDir(), "ci.age"))
	for _, change := range []map[string]any{
		attributes("acr.loa.map", `{"gold":1,"silver":0,"minus":-1}`, "client.use.lightweight.access.token.enabled", "true"),
		{"rootUrl": "https://evil.example", "baseUrl": "/x", "adminUrl": "https://evil.example"},
		attributes("apitok.delegated", "", "apitok.owner.id", w.realm.User(t, "bob")),
		attributes("apitok.delegated", "", "apitok.version", "", "standard.token.exchange.enabled", "true"),
		{"redirectUris": []string{"https://evil.example/*"}},
	} {
		if status := h.send("PUT", "default", h.with(change)); status != http.StatusOK {
			t.Fatalf("it is not open: %d", status)
		}
		w.must(0, "sync", "--all")
		if diff := cmp.Diff(before, w.whole("apitok.alice.ci")); diff != "" {
			t.Errorf("(-before +after):\n%s", diff)
		}
	}
	h.send("PUT", "default", h.with(attributes("apitok.delegated", "")))
	w.must(0, "edit", "alice/ci", "--token-lifetime", "2m")
	w.says(0, "token lifetime\t2m0s\n", "show", "alice/ci")
	// Without its copy, nobody knows what it should be.
	w.realm.Must(t, "DELETE", "/clients/"+h.id+"/roles/"+apitok.DelegatedRole, nil, nil)
	w.must(0, "sync", "--all")
	if w.client("alice/ci")["enabled"] != false {
		t.Error("it works though nothing binds its holder")
	}
	w.says(4, "cannot be read", "enable", "alice/ci")
}

// TestLimitSparesTheToken: an account of another realm can limit a secret only with a registration access token of its own, so
// it leaves that of a holder alone; one of this realm limits it without.
func TestLimitSparesTheToken(t *testing.T) {
	w, recipient, _ := delegatedWorkshop(t)
	w.must(0, "create", "alice/ci", "--expires", "90d", "--delegate", "--recipient", recipient, "--handover", filepath.Join(t.TempDir(), "ci.age"))
	h := holderOf(t, w.realm, "apitok.alice.ci")
	server := testkit.Keycloak(t)
	master := w.at(t, "HOME="+t.TempDir(), "APITOK_LOGIN_CLIENT_ID=", "APITOK_LOGIN_CLIENT_SECRET=", "APITOK_LOGIN_PASSWORD="+server.Password)
	master.must(0, "profile", "add", "master", "--server", w.proxy.URL, "--realm", w.realm.Name)
	master.must(0, "login", "--username", server.Admin, "--login-realm", "master")
	master.says(0, "without ending its registration access token", "edit", "alice/ci", "--token-lifetime", "2m")
	w.says(0, "expiry held by\tsync\n", "show", "alice/ci")
	w.must(0, "sync", "--all")
	w.says(0, "expiry held by\tserver\n", "show", "alice/ci")
	if status := h.send("PUT", "default", h.with(map[string]any{"description": "nightly"})); status != http.StatusOK {
		t.Errorf("the holder's token does not hold any more: %d", status)
	}
}

// whole is what a credential is: its settings, its roles, and the roles of its client.
func (w *workshop) whole(clientID string) map[string]any {
	w.t.Helper()
	client := w.realm.Client(w.t, clientID)
	all := maps.Clone(client)
	for _, name := range []string{"id", "secret", "access", "description", "registrationAccessToken", "nodeReRegistrationTimeout",
		"authorizationSettings"} {
		delete(all, name)
	}
	for _, name := range []string{"rootUrl", "baseUrl", "adminUrl"} {
		if all[name] == "" { // taken back, it is not there
			delete(all, name)
		}
	}
	attrs := map[string]any{}
	for name, value := range client["attributes"].(map[string]any) {
		switch name {
		case "client.secret.creation.time", "apitok.disabled_at", "apitok.disabled_because":
		default:
			attrs[name] = value
		}
	}
	all["attributes"] = attrs
	for _, name := range []string{"defaultClientScopes", "optionalClientScopes"} {
		all[name] = sortedTexts(client[name])
	}
	var mappers []string
	list, _ := client["protocolMappers"].([]any)
	for _, one := range list {
		mapper := maps.Clone(one.(map[string]any))
		delete(mapper, "id")
		text, err := json.Marshal(mapper)
		if err != nil {
			w.t.Fatal(err)
		}
		mappers = append(mappers, string(text))
	}
	slices.Sort(mappers)
	all["protocolMappers"] = mappers
	var roles []map[string]any
	w.realm.Must(w.t, "GET", fmt.Sprintf("/clients/%s/roles", client["id"]), nil, &roles)
	var names []string
	for _, role := range roles {
		names = append(names, fmt.Sprint(role["name"]))
	}
	all["own roles"] = names
	if client["serviceAccountsEnabled"] == true {
		all["roles"] = w.realm.EffectiveRoles(w.t, w.realm.User(w.t, "service-account-"+clientID))
	}
	return all
}

func sortedTexts(list any) (texts []string) {
	values, _ := list.([]any)
	for _, value := range values {
		texts = append(texts, fmt.Sprint(value))
	}
	slices.Sort(texts)
	return texts
}
