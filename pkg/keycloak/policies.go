package keycloak

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// rotationExecutor is what a client profile names to have secrets rotated.
const rotationExecutor = "secret-rotation"

// clientProfiles are the realm's own and those that Keycloak brings along.
type clientProfiles struct {
	Own    []clientProfile `json:"profiles"`
	Global []clientProfile `json:"globalProfiles"`
}

type clientProfile struct {
	Name      string `json:"name"`
	Executors []struct {
		Name string `json:"executor"`
		// Every executor has a shape of its own.
		Configuration json.RawMessage `json:"configuration"`
	} `json:"executors"`
}

type clientPolicies struct {
	Own    []clientPolicy `json:"policies"`
	Global []clientPolicy `json:"globalPolicies"`
}

type clientPolicy struct {
	Enabled  bool     `json:"enabled"`
	Profiles []string `json:"profiles"`
}

// rotationPeriods are in seconds. The server keeps them as they were written, as
// numbers or as texts, and a [json.Number] takes both.
type rotationPeriods struct {
	Expiration json.Number `json:"expiration-period"`
	Grace      json.Number `json:"rotated-expiration-period"`
	Remaining  json.Number `json:"remaining-rotation-period"`
}

// SecretRotation implements [apitok.Policies].
func (d *Directory) SecretRotation(ctx context.Context) (apitok.RotationPolicy, error) {
	var policies clientPolicies
	err := d.readPolicies(ctx, "policies", url.Values{"include-global-policies": {"true"}}, &policies)
	if err != nil {
		return apitok.RotationPolicy{}, err
	}
	var inForce []string
	for _, policy := range slices.Concat(policies.Own, policies.Global) {
		if policy.Enabled {
			inForce = append(inForce, policy.Profiles...)
		}
	}
	if len(inForce) == 0 {
		return apitok.RotationPolicy{}, nil
	}
	var profiles clientProfiles
	err = d.readPolicies(ctx, "profiles", url.Values{"include-global-profiles": {"true"}}, &profiles)
	if err != nil {
		return apitok.RotationPolicy{}, err
	}
	all := slices.Concat(profiles.Own, profiles.Global)
	for _, name := range inForce {
		for _, profile := range all {
			if profile.Name != name {
				continue
			}
			if policy, ok, err := profile.rotation(); ok || err != nil {
				return policy, err
			}
		}
	}
	return apitok.RotationPolicy{}, nil
}

func (d *Directory) readPolicies(ctx context.Context, kind string, query url.Values, out any) error {
	return d.send(ctx, "reading the client policies failed", "view-realm", http.MethodGet, []string{"client-policies", kind}, query, nil, out)
}

// rotation returns the periods of the profile's rotation, if it has one.
func (p clientProfile) rotation() (policy apitok.RotationPolicy, ok bool, err error) {
	for _, executor := range p.Executors {
		if executor.Name != rotationExecutor {
			continue
		}
		var periods rotationPeriods
		err := errors.Join(json.Unmarshal(executor.Configuration, &periods),
			seconds(periods.Expiration, &policy.Expiration),
			seconds(periods.Grace, &policy.Grace),
			seconds(periods.Remaining, &policy.Remaining))
		if err != nil {
			return policy, false, &apitok.Error{Kind: apitok.Failed, Message: "the periods of the realm's secret rotation cannot be read", Cause: err}
		}
		policy.Active = true
		return policy, true, nil
	}
	return policy, false, nil
}

func seconds(number json.Number, to *time.Duration) error {
	n, err := number.Int64()
	*to = time.Duration(n) * time.Second
	return err
}
