package keycloak

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// strictMode is the mode of a client policy in which a condition that has nothing to say
// counts as one that does not hold.
const strictMode = "STRICT"

// A ruleProfile is a client profile as it is sent.
type ruleProfile struct {
	Name        string         `json:"name"`
	Description string         `json:"description,omitempty"`
	Executors   []ruleExecutor `json:"executors"`
}

type ruleExecutor struct {
	Kind          string         `json:"executor"`
	Configuration map[string]any `json:"configuration"`
}

// A rulePolicy is a client policy as it is sent.
type rulePolicy struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Enabled     bool            `json:"enabled"`
	Mode        string          `json:"mode,omitempty"`
	Conditions  []ruleCondition `json:"conditions"`
	Profiles    []string        `json:"profiles"`
}

type ruleCondition struct {
	Kind          string         `json:"condition"`
	Configuration map[string]any `json:"configuration"`
}

func ruleProfileOf(p apitok.ClientProfile) ruleProfile {
	out := ruleProfile{p.Name, p.Description, []ruleExecutor{}}
	for _, rule := range p.Executors {
		out.Executors = append(out.Executors, ruleExecutor(rule))
	}
	return out
}

func (p ruleProfile) read() apitok.ClientProfile {
	out := apitok.ClientProfile{Name: p.Name, Description: p.Description}
	for _, rule := range p.Executors {
		out.Executors = append(out.Executors, apitok.PolicyRule(rule))
	}
	return out
}

func rulePolicyOf(p apitok.ClientPolicy) rulePolicy {
	out := rulePolicy{Name: p.Name, Description: p.Description, Enabled: p.Enabled, Profiles: p.Profiles, Conditions: []ruleCondition{}}
	if p.Strict {
		out.Mode = strictMode
	}
	for _, rule := range p.Conditions {
		out.Conditions = append(out.Conditions, ruleCondition(rule))
	}
	return out
}

func (p rulePolicy) read() apitok.ClientPolicy {
	out := apitok.ClientPolicy{Name: p.Name, Description: p.Description, Enabled: p.Enabled, Strict: p.Mode == strictMode, Profiles: p.Profiles}
	for _, rule := range p.Conditions {
		out.Conditions = append(out.Conditions, apitok.PolicyRule(rule))
	}
	return out
}

// A ruleList is a whole document of client profiles or policies. What is not ours stays
// as the server wrote it.
type ruleList struct {
	kind    string
	entries []json.RawMessage
}

// rules reads a document: "profiles" or "policies".
func (d *Directory) rules(ctx context.Context, kind string) (ruleList, error) {
	var document map[string][]json.RawMessage
	err := d.readPolicies(ctx, kind, nil, &document)
	return ruleList{kind, document[kind]}, err
}

// ruleName returns the name of an entry.
func ruleName(entry json.RawMessage) string {
	var named struct{ Name string }
	if json.Unmarshal(entry, &named) != nil {
		return ""
	}
	return named.Name
}

// put adds an entry, or replaces the one of its name where that stands.
func (l *ruleList) put(name string, rule any) error {
	entry, err := json.Marshal(rule)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(l.entries, func(e json.RawMessage) bool { return ruleName(e) == name }); i >= 0 {
		l.entries[i] = entry
		return nil
	}
	l.entries = append(l.entries, entry)
	return nil
}

func (l *ruleList) drop(name string) {
	l.entries = slices.DeleteFunc(l.entries, func(e json.RawMessage) bool { return ruleName(e) == name })
}

// write replaces the whole document, so it is read just before.
func (d *Directory) write(ctx context.Context, list ruleList) error {
	entries := list.entries
	if entries == nil {
		entries = []json.RawMessage{}
	}
	err := d.send(ctx, "changing the client "+list.kind+" failed", "manage-realm", http.MethodPut, []string{"client-policies", list.kind}, nil,
		map[string]any{list.kind: entries}, nil)
	var api *gocloak.APIError
	if errors.As(err, &api) && api.Code == http.StatusBadRequest {
		return &apitok.Error{Kind: apitok.Failed, Message: "the server does not take the client " + list.kind, Cause: api,
			Hint: "apitok setup --no-delegation goes without"}
	}
	return err
}

// ClientRules implements [apitok.Foundations].
func (d *Directory) ClientRules(ctx context.Context) (rules apitok.ClientRules, err error) {
	var profiles struct{ Profiles []ruleProfile }
	if err := d.readPolicies(ctx, "profiles", nil, &profiles); err != nil {
		return rules, err
	}
	var policies struct{ Policies []rulePolicy }
	if err := d.readPolicies(ctx, "policies", nil, &policies); err != nil {
		return rules, err
	}
	for _, profile := range profiles.Profiles {
		rules.Profiles = append(rules.Profiles, profile.read())
	}
	for _, policy := range policies.Policies {
		rules.Policies = append(rules.Policies, policy.read())
	}
	return rules, nil
}

// PutClientRules implements [apitok.Foundations]. Profiles come first: a policy can name
// only those that there are.
func (d *Directory) PutClientRules(ctx context.Context, rules apitok.ClientRules) error {
	if err := d.changeRules(ctx, "profiles", putAll(rules.Profiles, func(p apitok.ClientProfile) (string, any) { return p.Name, ruleProfileOf(p) })); err != nil {
		return err
	}
	return d.changeRules(ctx, "policies", putAll(rules.Policies, func(p apitok.ClientPolicy) (string, any) { return p.Name, rulePolicyOf(p) }))
}

// DropClientRules implements [apitok.Foundations]. Policies go first, for they name
// profiles.
func (d *Directory) DropClientRules(ctx context.Context, rules apitok.ClientRules) error {
	if err := d.changeRules(ctx, "policies", dropAll(rules.Policies, func(p apitok.ClientPolicy) string { return p.Name })); err != nil {
		return err
	}
	return d.changeRules(ctx, "profiles", dropAll(rules.Profiles, func(p apitok.ClientProfile) string { return p.Name }))
}

func putAll[T any](rules []T, sent func(T) (string, any)) []func(*ruleList) error {
	var changes []func(*ruleList) error
	for _, rule := range rules {
		name, entry := sent(rule)
		changes = append(changes, func(list *ruleList) error { return list.put(name, entry) })
	}
	return changes
}

func dropAll[T any](rules []T, name func(T) string) []func(*ruleList) error {
	var changes []func(*ruleList) error
	for _, rule := range rules {
		changes = append(changes, func(list *ruleList) error {
			list.drop(name(rule))
			return nil
		})
	}
	return changes
}

// changeRules reads a document, changes it and writes it, if there is something to
// change.
func (d *Directory) changeRules(ctx context.Context, kind string, changes []func(*ruleList) error) error {
	if len(changes) == 0 {
		return nil
	}
	list, err := d.rules(ctx, kind)
	if err != nil {
		return err
	}
	for _, change := range changes {
		if err := change(&list); err != nil {
			return err
		}
	}
	return d.write(ctx, list)
}
