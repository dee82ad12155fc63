package apitok

import "strings"

// A need is what verbs need of the account that signs in.
type need struct {
	// verbs names them, for people.
	verbs string
	// roles are of realm-management, the fewest that do.
	roles []string
	// without is what it means to lack one.
	without FindingStatus
}

// lastUse is no verb, but what list and show tell with a role more.
const lastUse = "last use"

// needs is the one place that says so; docs/permissions.md repeats it.
func needs() []need {
	return []need{
		{"list, show", []string{"view-clients"}, Wrong},
		{"list --owner, prune --owner", []string{"view-clients", "view-users"}, Wrong},
		{"sync --check", []string{"view-clients", "view-users", "view-realm"}, Wrong},
		{"rotate, disable, revoke, prune", []string{"manage-clients"}, Wrong},
		{"create, sync, edit, enable, delegate", []string{"manage-clients", "manage-users", "view-realm"}, Wrong},
		{lastUse + ", prune --unused, sync --watch, audit", []string{"view-events"}, Info},
	}
}

// setupNeeds are those of the verbs that prepare a realm. Who runs the others needs none of
// them, so doctor misses none.
func setupNeeds() []need {
	return []need{
		{"setup", []string{"manage-clients", "manage-realm"}, Info},
		{"setup impersonation", []string{"manage-clients", "manage-users", "view-realm", "manage-identity-providers"}, Info},
	}
}

// judge tells whether an account that has these roles can run the verbs. A role that
// is missing from has is not known about. client is where the roles are.
func (n need) judge(has map[string]bool, client string) Finding {
	var missing, unclear []string
	for _, role := range n.roles {
		switch yes, known := has[role]; {
		case !known:
			unclear = append(unclear, role)
		case !yes:
			missing = append(missing, role)
		}
	}
	f := Finding{Check: "roles", Status: Fine, Detail: n.verbs + ": " + strings.Join(n.roles, ", ")}
	switch {
	case len(missing) > 0:
		f.Status, f.Detail = n.without, n.verbs+": the account lacks "+strings.Join(missing, ", ")
		f.Hint = "give it " + strings.Join(missing, ", ") + " of " + client
	case len(unclear) > 0:
		f.Status, f.Detail = Unknown, n.verbs+": it cannot be seen whether the account has "+strings.Join(unclear, ", ")
	}
	return f
}

// rolesClient returns the client whose roles are over a realm, for an account of
// home: a realm has one for its own accounts, and one in master.
func rolesClient(realm, home string) string {
	if realm == home && realm != "master" {
		return "realm-management"
	}
	return realm + "-realm"
}
