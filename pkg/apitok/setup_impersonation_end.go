package apitok

import (
	"context"
	"slices"
	"strings"
)

// outside are the parts of an impersonation that are not in the client, by every route.
func (i *impersonation) outside() []part {
	return []part{&permissionsV1Part{i}, &permissionsV2Part{i}, &jwtGrantPart{i}}
}

// unmakeImpersonator takes back what setup made outside of a client that is about to be
// deleted, for it to act as users. What the account may not take back does not keep the
// client: without it, it is good for nothing, and a later client of that name does not come
// into it.
func (a *Admin) unmakeImpersonator(ctx context.Context, c Credential, dryRun bool) (changes []string, err error) {
	if c.client.Attributes[attrImpersonation] == "" {
		return nil, nil
	}
	i := &impersonation{a: a, client: SetupClient{ID: c.client.ID, ClientID: c.ClientID}}
	parts := i.outside()
	if !slices.Contains(listed(c.client.Attributes[AttrJWTGrantProviders]), i.alias()) {
		parts = slices.DeleteFunc(parts, func(one part) bool { _, is := one.(*jwtGrantPart); return is })
	}
	var left []string
	for _, one := range parts {
		result, err := unmake(ctx, a, []part{one}, dryRun)
		changes, left = append(changes, result.Changes...), append(left, result.Left...)
		switch {
		case Denied.Is(err):
			left = append(left, AsError(err).Message+": "+AsError(err).Hint)
		case err != nil:
			return nil, err
		}
	}
	if len(left) > 0 {
		name := c.Ref().String()
		a.Note("warning: of what let " + name + " act as users this is left: " + strings.Join(left, "; ") +
			"; apitok setup impersonation --for " + name + " --remove takes it back, by an account that may")
	}
	return changes, nil
}
