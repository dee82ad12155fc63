package apitok

import (
	"context"
	"slices"
)

// A change is something that a credential's client needs to be as its blueprint
// says, with a line of words for each thing in it.
type change struct {
	words []string
	// takes tells that it takes something away.
	takes bool
	do    func(ctx context.Context) error
}

// A comparison finds the changes that make a credential what its blueprint says.
type comparison struct {
	*blueprint
	a       *Admin
	c       Credential
	changes []change
	// tampered tells that a delegated credential is not what its copy says.
	tampered bool
}

// compare finds what has to be changed of a credential, in the order in which it
// has to be done: what is too much goes before what is missing comes.
func (a *Admin) compare(ctx context.Context, m *atlas, c Credential) (*comparison, error) {
	c, err := a.known(ctx, c)
	if err != nil {
		return nil, err
	}
	b, err := a.blueprintOf(ctx, m, c.Record)
	if err != nil {
		return nil, err
	}
	if b.dead == "" {
		b.dead = c.delegation.dead(c)
	}
	p := &comparison{blueprint: b, a: a, c: c}
	if b.dead != "" && c.client.Enabled {
		p.kill()
		return p, nil
	}
	p.disabledSince()
	if b.dead != "" {
		return p, nil
	}
	for _, step := range []func(context.Context) error{p.delegated, p.account, p.mappers, p.allow, p.scopes, p.limit} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	taking := slices.DeleteFunc(slices.Clone(p.changes), func(c change) bool { return !c.takes })
	giving := slices.DeleteFunc(p.changes, func(c change) bool { return c.takes })
	p.changes = slices.Concat(taking, giving)
	return p, nil
}

// words returns a line for each thing to be done.
func (p *comparison) words() []string {
	var words []string
	for _, c := range p.changes {
		words = append(words, c.words...)
	}
	return words
}

// give adds a change that gives something, take one that takes something away.
func (p *comparison) give(do func(ctx context.Context) error, words ...string) {
	p.changes = append(p.changes, change{words: words, do: do})
}

func (p *comparison) take(do func(ctx context.Context) error, words ...string) {
	p.changes = append(p.changes, change{words: words, do: do, takes: true})
}

// kill stops a credential that must not work.
func (p *comparison) kill() {
	p.take(func(ctx context.Context) error { return p.a.setEnabled(ctx, p.c, false, p.dead) },
		"disable client "+p.c.ClientID+": "+p.dead)
}

// elsewhere is why a credential is disabled that somebody disabled without apitok.
const elsewhere = "disabled without apitok"

// disabledSince keeps the record's note of when and why a client was disabled true
// where somebody disabled or enabled it without apitok. It leaves the client as it
// is: whoever did that may do more.
func (p *comparison) disabledSince() {
	enabled, noted := p.c.client.Enabled, p.c.client.Attributes[attrDisabledAt] != ""
	note := func(attrs map[string]string, words string) {
		p.give(func(ctx context.Context) error {
			return p.a.Directory.ChangeClient(ctx, p.c.client, ClientChange{Attributes: attrs})
		}, "note that client "+p.c.ClientID+" is "+words)
	}
	switch {
	case enabled && noted:
		note(p.a.noteOf(false, ""), "enabled again")
	case !enabled && !noted:
		note(p.a.noteOf(true, elsewhere), "disabled")
	}
}
