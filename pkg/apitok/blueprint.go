package apitok

import (
	"context"
	"slices"
)

// A blueprint is what a credential has to be, worked out from its record and from
// its owner as both are now.
type blueprint struct {
	owner *holdings
	// dead says why the credential must not work; "" when it may.
	dead   string
	grants grants
	claims []Claim
}

// Why a credential must not work.
const (
	ownerGone     = "its owner is gone"
	ownerDisabled = "its owner is disabled"
	groupGone     = "its group is gone"
	hasEnded      = "it has expired"
	partyGone     = "its authorized party is gone"
	ownerIsAdmin  = "its owner has power over Keycloak itself"
)

// blueprintOf works out what a record asks for today.
func (a *Admin) blueprintOf(ctx context.Context, m *atlas, record Record) (*blueprint, error) {
	owner, err := m.ownerOf(ctx, record)
	if err != nil {
		return nil, err
	}
	b := &blueprint{owner: owner}
	if b.dead, err = a.deadly(ctx, owner, record); err != nil || b.dead != "" {
		return b, err
	}
	if b.grants, err = owner.grantsOf(ctx, record); err != nil {
		return nil, err
	}
	b.claims, err = owner.claimsOf(ctx, record)
	if NotFound.Is(err) {
		b.dead, err = partyGone, nil
	}
	return b, err
}

// ownerOf returns what the owner of a record has: a user, or a label's group.
func (m *atlas) ownerOf(ctx context.Context, record Record) (*holdings, error) {
	switch {
	case !record.Owner.isLabel():
		return m.holdingsOf(ctx, record.Owner.ID)
	case record.Group.ID == "":
		return &holdings{atlas: m, user: User{Enabled: true}}, nil
	}
	group, err := m.dir.Group(ctx, record.Group.ID)
	if NotFound.Is(err) {
		return &holdings{atlas: m, gone: true}, nil
	}
	return &holdings{atlas: m, user: User{Enabled: true}, groups: []Group{group}}, err
}

// deadly says why a credential must not work, "" when it may.
func (a *Admin) deadly(ctx context.Context, owner *holdings, record Record) (string, error) {
	switch {
	case owner.gone && record.Owner.isLabel():
		return groupGone, nil
	case owner.gone:
		return ownerGone, nil
	case !owner.user.Enabled:
		return ownerDisabled, nil
	case record.expired(a.Now()):
		return hasEnded, nil
	case record.Identity != AsOwner:
		return "", nil
	}
	admin, err := owner.administers(ctx)
	if admin {
		return ownerIsAdmin, err
	}
	return "", err
}

// contested tells whether a client scope writes a claim that the blueprint fixes:
// which of two mappers wins is not dependable.
func (b *blueprint) contested(s ClientScope) bool {
	return slices.ContainsFunc(b.claims, func(c Claim) bool { return slices.Contains(s.Claims, c.Name) })
}
