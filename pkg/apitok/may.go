package apitok

import (
	"slices"
	"strings"
)

// May returns the verbs that an account with these roles can run in full, and those
// that take none. Of a verb that is written with a flag, it returns both.
func May(has map[string]bool) []string {
	verbs := []string{"token", "exec", "exchange", "impersonate", "inspect", "import", "forget"}
	for _, n := range append(needs(), setupNeeds()...) {
		if slices.ContainsFunc(n.roles, func(role string) bool { return !has[role] }) {
			continue
		}
		for verb := range strings.SplitSeq(n.verbs, ", ") {
			if verb != lastUse {
				verbs = append(verbs, verb)
			}
		}
	}
	// A flag takes what it needs besides what its verb needs anyway.
	return slices.DeleteFunc(verbs, func(verb string) bool {
		name, flag, _ := strings.Cut(verb, " ")
		return strings.HasPrefix(flag, "--") && flag != "--check" && !slices.Contains(verbs, name)
	})
}
