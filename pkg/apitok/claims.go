package apitok

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// ownerClaim is the claim that says whom a credential belongs to.
const ownerClaim = "owner"

// profileClaims are the claims of the scopes profile and email (OpenID Connect
// Core 1.0 section 5.4).
func profileClaims() []string {
	return []string{
		"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
		"website", "gender", "birthdate", "zoneinfo", "locale", "updated_at", "email", "email_verified",
	}
}

// A Claim is a claim of fixed value that a credential's client puts into access
// tokens, ID tokens, introspection and userinfo.
type Claim struct {
	// Name is the claim's name, Value its value as JSON.
	Name, Value string
}

// claimsOf returns the claims that a record asks for, in the order of their names.
func (h *holdings) claimsOf(ctx context.Context, record Record) ([]Claim, error) {
	values := map[string]any{ownerClaim: h.ownerValue(record)}
	if record.Identity == AsOwner {
		profile, err := h.profile(ctx, record.AuthorizedParty)
		if err != nil {
			return nil, err
		}
		for _, name := range profileClaims() {
			if value, ok := profile[name]; ok {
				values[name] = value
			}
		}
		values["sub"] = h.user.ID
	}
	if record.AuthorizedParty != "" {
		values["azp"] = record.AuthorizedParty
	}
	claims := make([]Claim, 0, len(values))
	for name, value := range values {
		b, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		claims = append(claims, Claim{name, string(b)})
	}
	slices.SortFunc(claims, func(a, b Claim) int { return strings.Compare(a.Name, b.Name) })
	return claims, nil
}

// ownerValue is what the claim owner holds: who it is, by id and by the username
// of today.
func (h *holdings) ownerValue(record Record) map[string]string {
	if record.Owner.isLabel() {
		return map[string]string{"label": record.Owner.Username}
	}
	return map[string]string{"id": h.user.ID, "username": h.user.Username}
}

// profile returns what the realm's own scopes tell of the owner to the client that
// the tokens name as authorized party, or else to Keycloak's account client: NotFound
// when the former is gone.
func (h *holdings) profile(ctx context.Context, authorizedParty string) (map[string]any, error) {
	profile, err := h.dir.ProfileClaims(ctx, cmp.Or(authorizedParty, accountClient), h.user.ID)
	if NotFound.Is(err) && authorizedParty == "" {
		err = nil // a realm may do without the account client
	}
	if err != nil {
		return nil, err
	}
	if profile["preferred_username"] == nil {
		profile = maps.Collect(maps.All(profile)) // never nil
		profile["preferred_username"] = h.user.Username
	}
	return profile, nil
}
