package apitok

import (
	"slices"
	"strings"
	"testing"
)

func TestMay(t *testing.T) {
	const holder = "token, exec, exchange, impersonate, inspect, import, forget"
	for roles, want := range map[string]string{
		"":                                   holder,
		"view-events":                        holder + ", audit",
		"view-clients":                       holder + ", list, show",
		"view-clients view-events":           holder + ", list, show, audit",
		"view-clients view-users":            holder + ", list, show, list --owner",
		"view-clients view-users view-realm": holder + ", list, show, list --owner, sync --check",
		"view-clients manage-clients view-events": holder + ", list, show, rotate, disable, revoke, prune, prune --unused, audit",
		"manage-clients manage-realm":             holder + ", rotate, disable, revoke, prune, setup",
		"manage-clients manage-users view-realm manage-identity-providers": holder +
			", rotate, disable, revoke, prune, create, sync, edit, enable, delegate, setup impersonation",
	} {
		has := map[string]bool{}
		for _, role := range strings.Fields(roles) {
			has[role] = true
		}
		if got := strings.Join(May(has), ", "); got != want {
			t.Errorf("%s: %s, not %s", roles, got, want)
		}
	}
	all := map[string]bool{}
	for _, n := range needs() {
		for _, role := range n.roles {
			all[role] = true
		}
	}
	if got := May(all); !slices.Contains(got, "sync --watch") || slices.Contains(got, lastUse) {
		t.Errorf("with all roles: %v", got)
	}
}
