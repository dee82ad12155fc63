// Package ordersapi is an API as its owners would write it: it accepts the tokens of one realm by means of an ordinary
// OIDC library and knows nothing of apitok. The demo and the tests ask it whether a token is any good.
package ordersapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Audience is the client that stands for this API in the realm: tokens must be meant for it, and its roles count.
const Audience = "orders-api"

// New is the API for the tokens of one issuer, whose metadata it fetches at once. Keys are fetched when needed, as long
// as ctx lives.
//
// GET /orders needs the role "read".
func New(ctx context.Context, issuer string) (http.Handler, error) {
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return nil, fmt.Errorf("orders API: %w", err)
	}
	api := api{provider.VerifierContext(ctx, &oidc.Config{ClientID: Audience})}
	mux := http.NewServeMux()
	mux.Handle("GET /orders", api.require("read", http.HandlerFunc(orders)))
	return mux, nil
}

type api struct{ verifier *oidc.IDTokenVerifier }

type claims struct {
	Type   string `json:"typ"`
	Access map[string]struct {
		Roles []string `json:"roles"`
	} `json:"resource_access"`
}

// verify checks signature, issuer, audience and expiry, and that it is an access token: an ID token has all of those.
func (a api) verify(ctx context.Context, token string) (claims, error) {
	var c claims
	verified, err := a.verifier.Verify(ctx, token)
	if err != nil {
		return c, err
	}
	if err := verified.Claims(&c); err != nil {
		return c, err
	}
	if c.Type != "Bearer" {
		return c, errors.New("not an access token")
	}
	return c, nil
}

// bearer is the token in the Authorization header, "" if there is none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
