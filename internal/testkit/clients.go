package testkit

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

func pages(first, size int) string {
	return url.Values{"first": {strconv.Itoa(first)}, "max": {strconv.Itoa(size)}}.Encode()
}

// Client is the representation of the client with exactly this client id, as the server gives it; nil if there is none.
func (r *Realm) Client(t testing.TB, clientID string) map[string]any {
	t.Helper()
	var found []map[string]any
	r.Must(t, http.MethodGet, "/clients?clientId="+url.QueryEscape(clientID), nil, &found)
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

// ServiceAccount makes a confidential client with a service account and no other flow. The account has exactly the given
// roles, written "realm:ROLE" or "CLIENT:ROLE"; audiences are put into aud.
func (r *Realm) ServiceAccount(t testing.TB, audiences []string, roles ...string) (clientID, secret string) {
	t.Helper()
	clientID, secret = "sa-"+strings.ToLower(rand.Text()[:10]), rand.Text()
	id := r.create(t, "/clients", map[string]any{
		"clientId": clientID, "secret": secret, "publicClient": false, "serviceAccountsEnabled": true,
		"standardFlowEnabled": false, "directAccessGrantsEnabled": false, "protocolMappers": audienceMappers(audiences),
	})
	var account named
	r.Must(t, http.MethodGet, "/clients/"+id+"/service-account-user", nil, &account)
	var given []map[string]any
	r.Must(t, http.MethodGet, "/users/"+account.ID+"/role-mappings/realm", nil, &given)
	r.Must(t, http.MethodDelete, "/users/"+account.ID+"/role-mappings/realm", given, nil)
	for _, role := range roles {
		r.Grant(t, account.ID, role)
	}
	return clientID, secret
}

// Operator makes a service account that has exactly the named roles of realm-management, to sign in as.
func (r *Realm) Operator(t testing.TB, roles ...string) (clientID, secret string) {
	t.Helper()
	var full []string
	for _, role := range roles {
		full = append(full, "realm-management:"+role)
	}
	return r.ServiceAccount(t, nil, full...)
}

// Grant maps a role, written "realm:ROLE" or "CLIENT:ROLE", to a user. A client id may hold colons.
func (r *Realm) Grant(t testing.TB, userID, role string) { r.mapRole(t, http.MethodPost, userID, role) }

// Ungrant takes a directly mapped role away again.
func (r *Realm) Ungrant(t testing.TB, userID, role string) {
	r.mapRole(t, http.MethodDelete, userID, role)
}

func (r *Realm) mapRole(t testing.TB, method, userID, role string) {
	t.Helper()
	colon := strings.LastIndexByte(role, ':')
	owner, name := role[:max(colon, 0)], role[colon+1:]
	from, to := "", "realm"
	if owner != "realm" {
		client := r.Client(t, owner)
		if client == nil {
			t.Fatalf("role %q: no such client", role)
		}
		id, _ := client["id"].(string) // An empty one is refused below.
		from, to = "/clients/"+id, "clients/"+id
	}
	var found map[string]any
	// Keycloak wants a slash in a role's name as %2F.
	r.Must(t, http.MethodGet, from+"/roles/"+url.PathEscape(name), nil, &found)
	r.Must(t, method, "/users/"+userID+"/role-mappings/"+to, []any{found}, nil)
}

func audienceMappers(audiences []string) []any {
	mappers := []any{}
	for _, a := range audiences {
		mappers = append(mappers, map[string]any{
			"name": "aud " + a, "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
			"config": map[string]string{"included.client.audience": a, "access.token.claim": "true"},
		})
	}
	return mappers
}

// Token gets an access token by client credentials.
func (r *Realm) Token(t testing.TB, clientID, secret string) string {
	t.Helper()
	token, err := r.token(t.Context(), clientCredentials(clientID, secret))
	if err != nil {
		t.Fatalf("token of %s: %v", clientID, err)
	}
	return token
}

func clientCredentials(clientID, secret string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {secret}}
}

func (r *Realm) token(ctx context.Context, form url.Values) (string, error) {
	var answer struct {
		Token string `json:"access_token"`
	}
	err := postForm(ctx, r.Issuer()+"/protocol/openid-connect/token", form, &answer)
	return answer.Token, err
}
