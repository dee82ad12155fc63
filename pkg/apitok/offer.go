package apitok

import (
	"context"
	"slices"
	"strings"
)

// An Offer is what a credential could be given.
type Offer struct {
	// Roles are the owner's roles that a credential may have, as CLIENT:ROLE or
	// realm:ROLE; none for a label.
	Roles []string
	// Audiences are the clients that these roles are of, and the audiences that
	// client scopes of the realm carry.
	Audiences []string
}

// Offer says what a credential of that name could be given: NotFound or Denied when
// it could not be made at all.
func (a *Admin) Offer(ctx context.Context, ref Ref) (Offer, error) {
	owner, err := a.ownerNamed(ctx, ref)
	if err != nil {
		return Offer{}, err
	}
	m := a.newAtlas()
	holdings, err := m.ownerOf(ctx, Record{Owner: owner})
	if err != nil {
		return Offer{}, err
	}
	all, err := holdings.effective(ctx)
	if err != nil {
		return Offer{}, err
	}
	var offer Offer
	for _, role := range all {
		if role.ownedByKeycloak() || role.administrative(a.Realm.Name) || strings.HasPrefix(role.String(), realmRoles+":default-roles-") {
			continue
		}
		offer.Roles = append(offer.Roles, role.String())
		if role.Client != "" {
			offer.Audiences = append(offer.Audiences, role.Client)
		}
	}
	scopes, err := m.clientScopes(ctx)
	for _, scope := range scopes {
		if strings.HasPrefix(scope.Name, scopePrefix) {
			offer.Audiences = append(offer.Audiences, scope.Audiences...)
		}
	}
	slices.Sort(offer.Roles)
	offer.Audiences = sorted(offer.Audiences)
	return offer, err
}
