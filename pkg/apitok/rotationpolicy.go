package apitok

import (
	"context"
	"time"
)

// Policies tells of the realm's client policies.
type Policies interface {
	// SecretRotation returns the realm's policy of secret rotation; the zero value
	// when there is none. Whether its conditions cover a given client is not worked
	// out: any enabled policy counts, and of several the first.
	SecretRotation(ctx context.Context) (RotationPolicy, error)
}

// A RotationPolicy says how long the server itself lets client secrets live. It
// counts in whole seconds.
type RotationPolicy struct {
	// Active tells that the realm has such a policy.
	Active bool
	// Expiration is how long a secret works from when it was made.
	Expiration time.Duration
	// Grace is how long the old secret works after a new one was made.
	Grace time.Duration
	// Remaining is how long before its expiry a secret is rotated by any update of
	// its client.
	Remaining time.Duration
}
