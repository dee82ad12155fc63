package testkit

import (
	"net/http"
	"testing"
	"time"
)

// Rotation is how long secrets live in a realm with a policy of rotation, in whole seconds.
type Rotation struct {
	Expiration time.Duration // of a secret, from when it was made
	Grace      time.Duration // of the old secret, from when there is a new one
	Remaining  time.Duration // before the expiration, from which on an update of the client rotates
}

// RotationPolicy gives the realm a policy of client secret rotation that covers every client.
func (r *Realm) RotationPolicy(t testing.TB, rot Rotation) {
	t.Helper()
	r.RotationPolicyFor(t, rot, "any-client", map[string]any{})
}

// RotationPolicyFor gives the realm a policy of client secret rotation for the clients that a condition, such as
// "client-attributes", selects.
func (r *Realm) RotationPolicyFor(t testing.TB, rot Rotation, condition string, configuration map[string]any) {
	t.Helper()
	const name = "rotation"
	r.Must(t, http.MethodPut, "/client-policies/profiles", map[string]any{"profiles": []any{map[string]any{
		"name": name, "executors": []any{map[string]any{"executor": "secret-rotation", "configuration": map[string]int{
			"expiration-period":         int(rot.Expiration.Seconds()),
			"rotated-expiration-period": int(rot.Grace.Seconds()),
			"remaining-rotation-period": int(rot.Remaining.Seconds()),
		}}},
	}}}, nil)
	r.Must(t, http.MethodPut, "/client-policies/policies", map[string]any{"policies": []any{map[string]any{
		"name": name, "enabled": true, "profiles": []string{name},
		"conditions": []any{map[string]any{"condition": condition, "configuration": configuration}},
	}}}, nil)
}
