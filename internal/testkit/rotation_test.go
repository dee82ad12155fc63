package testkit

import (
	"net/http"
	"testing"
	"time"
)

func TestRotationPolicy(t *testing.T) {
	for name, tc := range map[string]struct {
		policy func(*testing.T, *Realm)
		grace  bool
	}{
		"none":       {func(*testing.T, *Realm) {}, false},
		"any client": {func(t *testing.T, r *Realm) { r.RotationPolicy(t, rotation) }, true},
		"another client": {func(t *testing.T, r *Realm) {
			r.RotationPolicyFor(t, rotation, "client-attributes", map[string]any{"attributes": `[{"key":"no","value":"such"}]`})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := Keycloak(t).Realm(t)
			tc.policy(t, r)
			id, old := r.ServiceAccount(t, nil)
			r.Must(t, http.MethodPost, "/clients/"+r.Client(t, id)["id"].(string)+"/client-secret", nil, nil)
			_, err := r.token(t.Context(), clientCredentials(id, old))
			if got := err == nil; got != tc.grace {
				t.Errorf("the old secret works: %v, want %v (%v)", got, tc.grace, err)
			}
		})
	}
}

var rotation = Rotation{Expiration: 90 * 24 * time.Hour, Grace: 48 * time.Hour, Remaining: 10 * 24 * time.Hour}
