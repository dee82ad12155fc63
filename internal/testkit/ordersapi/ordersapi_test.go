package ordersapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/internal/testkit/ordersapi"
)

// answer is what a caller sees.
type answer struct {
	Status    int
	Challenge string
	Orders    int
}

const (
	invalid = `Bearer realm="orders-api", error="invalid_token", error_description="`
	lacking = `Bearer realm="orders-api", error="insufficient_scope", error_description="the role read of orders-api is missing"`
)

func TestOrders(t *testing.T) {
	r := testkit.Keycloak(t).Realm(t)
	handler, err := ordersapi.New(t.Context(), r.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	good := token(t, r, []string{"orders-api", "billing-api"}, "orders-api:read", "orders-api:write")
	other := testkit.Keycloak(t).Realm(t)
	for _, tc := range []struct {
		name, authorization string
		want                answer // Challenge: how it begins
	}{
		{"nothing", "", answer{401, `Bearer realm="orders-api"`, 0}},
		{"another scheme", "Basic YTpi", answer{401, `Bearer realm="orders-api"`, 0}},
		{"no token", "Bearer ", answer{401, `Bearer realm="orders-api"`, 0}},
		{"noise", `Bearer "\noise"`, answer{401, invalid, 0}},
		{"signature", "Bearer " + good[:len(good)-8] + "AAAAAAAA", answer{401, invalid + "failed to verify signature", 0}},
		{"another issuer", "Bearer " + token(t, other, []string{"orders-api"}, "orders-api:read"), answer{401, invalid + "oidc: id token issued by a different provider", 0}},
		{"another audience", "Bearer " + token(t, r, []string{"billing-api"}, "billing-api:read"), answer{401, invalid + "oidc: expected audience 'orders-api' got ['billing-api']", 0}},
		{"ID token", "Bearer " + idToken(t, r), answer{401, invalid + "not an access token", 0}},
		{"no role", "Bearer " + token(t, r, []string{"orders-api"}), answer{403, lacking, 0}},
		{"another role", "Bearer " + token(t, r, nil, "orders-api:write"), answer{403, lacking, 0}},
		{"another API's role", "Bearer " + token(t, r, []string{"orders-api"}, "billing-api:read"), answer{403, lacking, 0}},
		{"role", "Bearer " + good, answer{200, "", 2}},
		{"lower case", "bearer " + good, answer{200, "", 2}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := get(t, handler, tc.authorization)
			if strings.HasPrefix(got.Challenge, tc.want.Challenge) && tc.want.Challenge != "" {
				got.Challenge = tc.want.Challenge
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestExpired(t *testing.T) {
	r := testkit.Keycloak(t).Realm(t)
	r.Must(t, http.MethodPut, "", map[string]any{"accessTokenLifespan": 1}, nil)
	handler, err := ordersapi.New(t.Context(), r.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	short := "Bearer " + token(t, r, []string{"orders-api"}, "orders-api:read")
	got := get(t, handler, short)
	for got.Status == http.StatusOK {
		got = get(t, handler, short)
	}
	if !strings.HasPrefix(got.Challenge, invalid+"oidc: token is expired") {
		t.Errorf("after its second: %+v", got)
	}
}

func TestUnknownIssuer(t *testing.T) {
	if _, err := ordersapi.New(t.Context(), testkit.Keycloak(t).URL+"/realms/none"); err == nil {
		t.Error("served for a realm that is not there")
	}
}

func token(t *testing.T, r *testkit.Realm, audiences []string, roles ...string) string {
	t.Helper()
	id, secret := r.ServiceAccount(t, audiences, roles...)
	return r.Token(t, id, secret)
}

// idToken is one whose audience is the API itself, signed by the realm and valid in all but its type.
func idToken(t *testing.T, r *testkit.Realm) string {
	t.Helper()
	api := r.Client(t, "orders-api")
	r.Must(t, http.MethodPut, "/clients/"+api["id"].(string), map[string]any{
		"clientId": "orders-api", "secret": "s", "serviceAccountsEnabled": true}, nil)
	resp, err := http.PostForm(r.Issuer()+"/protocol/openid-connect/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"orders-api"}, "client_secret": {"s"}, "scope": {"openid"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var body struct {
		IDToken string `json:"id_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil || body.IDToken == "" {
		t.Fatalf("%s: no ID token: %v", resp.Status, err)
	}
	return body.IDToken
}

func get(t *testing.T, handler http.Handler, authorization string) answer {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, "/orders", nil)
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, req)
	var body struct {
		Orders []any `json:"orders"`
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	return answer{rec.Code, rec.Header().Get("WWW-Authenticate"), len(body.Orders)}
}
