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
	if _, err := a.leftoverOf(ctx, ref); err != nil {
		return Offer{}, err
	}
	m := a.newAtlas()
	b, err := a.blueprintOf(ctx, m, Record{Owner: owner, Roles: Subset})
	if err != nil {
		return Offer{}, err
	}
	if b.dead != "" {
		return Offer{}, isDead(ref, b.dead)
	}
	return m.offerOf(ctx, b.owner)
}

func (m *atlas) offerOf(ctx context.Context, owner *holdings) (offer Offer, err error) {
	fallback, err := m.defaultRole(ctx)
	if err != nil {
		return Offer{}, err
	}
	all, err := owner.effective(ctx)
	if err != nil {
		return Offer{}, err
	}
	for _, role := range all {
		admin, err := m.holds(ctx, m.administrative, role)
		if err != nil {
			return Offer{}, err
		}
		if role.ownedByKeycloak() || admin || role.ID == fallback.ID {
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
