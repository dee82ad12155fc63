package apitok

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// madeBySetup ends the description of client profiles and policies that setup made:
// they have no other place for a mark.
const madeBySetup = " (made by apitok setup)"

// putRules returns the step that gives the realm profiles and policies, if it takes one.
// Conflict when someone else made one of that name and it is not the same.
func putRules(ctx context.Context, dir Foundations, want ClientRules, words string) ([]step, error) {
	have, err := dir.ClientRules(ctx)
	if err != nil {
		return nil, err
	}
	lacks := ClientRules{}
	for _, profile := range want.Profiles {
		i := slices.IndexFunc(have.Profiles, func(p ClientProfile) bool { return p.Name == profile.Name })
		if i >= 0 && profile.same(have.Profiles[i]) {
			continue
		}
		if i >= 0 && !isMade(have.Profiles[i].Description) {
			return nil, foreignRule("profile", profile.Name)
		}
		lacks.Profiles = append(lacks.Profiles, profile)
	}
	for _, policy := range want.Policies {
		i := slices.IndexFunc(have.Policies, func(p ClientPolicy) bool { return p.Name == policy.Name })
		if i >= 0 && policy.same(have.Policies[i]) {
			continue
		}
		if i >= 0 && !isMade(have.Policies[i].Description) {
			return nil, foreignRule("policy", policy.Name)
		}
		lacks.Policies = append(lacks.Policies, policy)
	}
	if len(lacks.Profiles)+len(lacks.Policies) == 0 {
		return nil, nil
	}
	return []step{{words, func(ctx context.Context) error { return dir.PutClientRules(ctx, lacks) }}}, nil
}

// dropRules returns the step that takes profiles and policies away, but those that
// someone changed or uses.
func dropRules(ctx context.Context, dir Foundations, want ClientRules, words string) (back []step, left []string, err error) {
	have, err := dir.ClientRules(ctx)
	if err != nil {
		return nil, nil, err
	}
	drop, used := ClientRules{}, []string{}
	for _, policy := range have.Policies {
		i := slices.IndexFunc(want.Policies, func(p ClientPolicy) bool { return p.Name == policy.Name })
		switch {
		case i >= 0 && isMade(policy.Description) && want.Policies[i].same(policy):
			drop.Policies = append(drop.Policies, policy)
			continue
		case i >= 0 && isMade(policy.Description):
			left = append(left, "client policy "+policy.Name+", which was changed since")
		}
		used = append(used, policy.Profiles...)
	}
	for _, profile := range have.Profiles {
		i := slices.IndexFunc(want.Profiles, func(p ClientProfile) bool { return p.Name == profile.Name })
		switch {
		case i < 0 || !isMade(profile.Description):
		case !want.Profiles[i].same(profile):
			left = append(left, "client profile "+profile.Name+", which was changed since")
		case slices.Contains(used, profile.Name):
			left = append(left, "client profile "+profile.Name+", which a client policy uses")
		default:
			drop.Profiles = append(drop.Profiles, profile)
		}
	}
	if len(drop.Profiles)+len(drop.Policies) == 0 {
		return nil, left, nil
	}
	return []step{{words, func(ctx context.Context) error { return dir.DropClientRules(ctx, drop) }}}, left, nil
}

func isMade(description string) bool { return strings.HasSuffix(description, madeBySetup) }

func foreignRule(kind, name string) *Error {
	return &Error{Kind: Conflict, Message: "the client " + kind + " " + quote(name) + " was not made by apitok setup and is not as it should be",
		Hint: "set it right, rename or delete it by hand: setup leaves alone what others made"}
}

// same tells whether two profiles do the same, however they are described.
func (p ClientProfile) same(q ClientProfile) bool {
	p.Description, q.Description = "", ""
	return sameJSON(p, q)
}

// same tells whether two policies do the same, however they are described.
func (p ClientPolicy) same(q ClientPolicy) bool {
	p.Description, q.Description = "", ""
	return sameJSON(p, q)
}

// sameJSON compares what may be a number here and its decoded form there.
func sameJSON(a, b any) bool {
	one, errOne := json.Marshal(a)
	other, errOther := json.Marshal(b)
	return errOne == nil && errOther == nil && string(one) == string(other)
}

// withAttributes is the condition that a client has these attributes, or with not that
// it lacks one of them.
func withAttributes(attributes map[string]string, not bool) PolicyRule {
	type pair struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	var list []pair
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		list = append(list, pair{name, attributes[name]})
	}
	// It takes its list as a text, and a list of texts always has one.
	text, _ := json.Marshal(list) //nolint:errcheck,errchkjson // see above
	return PolicyRule{"client-attributes", map[string]any{"attributes": string(text), "is-negative-logic": not}}
}

// add adds rules without the mark of setup, which does not make these.
func (r *ClientRules) add(more ClientRules) {
	for _, profile := range more.Profiles {
		profile.Description = strings.TrimSuffix(profile.Description, madeBySetup)
		r.Profiles = append(r.Profiles, profile)
	}
	for _, policy := range more.Policies {
		policy.Description = strings.TrimSuffix(policy.Description, madeBySetup)
		r.Policies = append(r.Policies, policy)
	}
}
