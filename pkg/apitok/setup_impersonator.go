package apitok

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// attrImpersonation holds what other attributes were before setup changed them. It tells
// that the client is to act as users, also where none had to be changed.
const attrImpersonation = "apitok.impersonation"

// impersonatorPart is the client that asks: what it may use.
type impersonatorPart struct {
	*impersonation
	via ImpersonationRoute
}

// wanted are the attributes that the client lacks.
func (p *impersonatorPart) wanted() map[string]string {
	has, want := p.client.Attributes, map[string]string{}
	if len(p.targets) > 0 && has[AttrStandardExchange] != "true" {
		want[AttrStandardExchange] = "true"
	}
	if p.via != ByJWTGrant {
		return want
	}
	if has[AttrJWTGrant] != "true" {
		want[AttrJWTGrant] = "true"
	}
	if providers := listed(has[AttrJWTGrantProviders]); !slices.Contains(providers, p.alias()) {
		want[AttrJWTGrantProviders] = strings.Join(append(providers, p.alias()), ListMark)
	}
	return want
}

func listed(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ListMark)
}

func (p *impersonatorPart) missing(ctx context.Context) (steps []step, err error) {
	if p.client, err = p.a.Directory.SetupClient(ctx, p.client.ClientID); err != nil {
		return nil, err
	}
	if p.via == ByPermissionsV2 && !p.client.ServiceAccount {
		return nil, &Error{Kind: Denied, Message: "the client " + quote(p.client.ClientID) + " has no service account, which " + string(p.via) + " takes",
			Hint: "switch its service account on, or choose another client"}
	}
	want := p.wanted()
	if len(want) == 0 && p.client.Attributes[attrImpersonation] != "" {
		return nil, nil
	}
	if len(want) == 0 {
		return []step{{"note on client " + p.client.ClientID + " that it gets tokens of users", func(ctx context.Context) error { return p.change(ctx, want) }}}, nil
	}
	words := map[string]string{
		AttrStandardExchange: "narrow tokens by the standard token exchange", AttrJWTGrant: "use the JWT authorization grant",
		AttrJWTGrantProviders: "bring assertions of " + p.alias(),
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		list = append(list, words[name])
	}
	return []step{{"let client " + p.client.ClientID + " " + strings.Join(list, ", "), func(ctx context.Context) error { return p.change(ctx, want) }}}, nil
}

// change sets attributes and notes what they were, in one call. That erases the limit of
// the client's secret, which is set anew.
func (p *impersonatorPart) change(ctx context.Context, want map[string]string) error {
	was := p.was()
	for name := range want {
		if _, known := was[name]; !known {
			was[name] = p.client.Attributes[name]
		}
	}
	note, err := json.Marshal(was)
	if err != nil {
		return err
	}
	want = maps.Clone(want)
	want[attrImpersonation] = string(note)
	return p.put(ctx, want)
}

func (p *impersonatorPart) put(ctx context.Context, attributes map[string]string) error {
	client, err := p.a.Directory.ClientByID(ctx, p.client.ClientID)
	if err != nil {
		return err
	}
	if err := p.a.Directory.ChangeClient(ctx, client, ClientChange{Attributes: attributes}); err != nil {
		return err
	}
	if client.SecretExpires.IsZero() {
		return nil
	}
	policy, err := p.a.Directory.SecretRotation(ctx)
	if err != nil || policy.Active {
		return err
	}
	d, err := p.a.delegationOf(ctx, client)
	if err != nil {
		return err
	}
	return p.a.Directory.LimitSecret(ctx, client, client.SecretExpires, d != nil)
}

// was returns what the attributes that setup changed were before.
func (p *impersonatorPart) was() map[string]string {
	was := map[string]string{}
	// A note that cannot be read is as good as none: nothing is taken back then.
	if json.Unmarshal([]byte(p.client.Attributes[attrImpersonation]), &was) != nil {
		return map[string]string{}
	}
	return was
}

func (p *impersonatorPart) made(context.Context) (back []step, left []string, err error) {
	if p.client.Attributes[attrImpersonation] == "" {
		return nil, nil, nil
	}
	was := p.was()
	want := map[string]string{attrImpersonation: ""}
	for name, before := range was {
		now := p.client.Attributes[name]
		switch {
		case name == AttrJWTGrantProviders:
			want[name] = strings.Join(slices.DeleteFunc(listed(now), func(alias string) bool { return alias == p.alias() }), ListMark)
		case now == "true":
			want[name] = before
		default:
			left = append(left, "attribute "+name+" of client "+p.client.ClientID+", which was changed since")
		}
	}
	return []step{{"take from client " + p.client.ClientID + " what it was let use", func(ctx context.Context) error { return p.put(ctx, want) }}}, left, nil
}
