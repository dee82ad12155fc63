package apitok

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// delegated compares a delegated credential with the copy of what it was: what its
// holder changed beyond the secret is set back. Nobody can tell the holder's changes
// from those that someone else made by hand.
func (p *comparison) delegated(ctx context.Context) error {
	d := p.c.delegation
	if d == nil || d.copied == nil {
		return nil
	}
	p.setBack(d.copied)
	p.setExtraBack()
	for _, role := range d.strange {
		p.takeBack(p.afresh(func(ctx context.Context) error { return p.a.Directory.DeleteOwnRole(ctx, role) }),
			"delete role "+p.c.ClientID+":"+role.Name)
	}
	everybody, err := p.owner.inDefault(ctx, d.role)
	if err != nil {
		return err
	}
	if everybody {
		fallback, err := p.owner.defaultRole(ctx)
		if err != nil {
			return err
		}
		p.takeBack(p.afresh(func(ctx context.Context) error { return p.a.Directory.RemoveComposite(ctx, fallback, d.role) }),
			"take role "+p.c.ClientID+":"+d.role.Name+" from those that everybody gets")
	}
	if err := p.setScopesBack(ctx, p.c.client.DefaultScopes, d.copied.DefaultScopes, true); err != nil {
		return err
	}
	return p.setScopesBack(ctx, p.c.client.OptionalScopes, d.copied.OptionalScopes, false)
}

// takeBack is take for what only a holder, or someone by hand, can have done.
func (p *comparison) takeBack(do func(ctx context.Context) error, words ...string) {
	p.tampered = true
	p.take(do, words...)
}

// afresh has what is known of the realm's roles asked for again after a change of them.
func (p *comparison) afresh(do func(ctx context.Context) error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		err := do(ctx)
		*p.owner.atlas = *p.a.newAtlas()
		return err
	}
}

// setBack restores the attributes, all but those that Keycloak gives a client by itself.
func (p *comparison) setBack(copied *recordCopy) {
	client := p.c.client
	want := copied.wanted(client)
	change := ClientChange{Attributes: map[string]string{attrVersion: recordVersion}}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if has := client.Attributes[name]; has != want[name] {
			change.Attributes[name] = want[name]
			words = append(words, "set "+name+" back from "+quote(has)+" to "+quote(want[name]))
		}
	}
	if life := copied.lifetime(); life != client.TokenLifetime {
		change.TokenLifetime = &life
		words = append(words, "set token lifetime back from "+lifetimeWords(client.TokenLifetime)+" to "+lifetimeWords(life))
	}
	if len(words) > 0 {
		p.takeBack(func(ctx context.Context) error { return p.a.Directory.ChangeClient(ctx, client, change) }, words...)
	}
}

// setExtraBack restores the name, and takes settings away that a credential has no use
// for. The description is left to the holder.
func (p *comparison) setExtraBack() {
	client, name := p.c.client, p.c.Ref().String()
	change := ClientChange{Attributes: map[string]string{attrVersion: recordVersion}}
	var words []string
	if client.Name != name {
		change.Name = &name
		words = append(words, "set name back from "+quote(client.Name)+" to "+quote(name))
	}
	if len(client.Extra) > 0 {
		change.Plain = true
		words = append(words, "take settings of no use from client "+client.ClientID+": "+strings.Join(client.Extra, ", "))
	}
	if len(words) > 0 {
		p.takeBack(func(ctx context.Context) error { return p.a.Directory.ChangeClient(ctx, client, change) }, words...)
	}
}

// setScopesBack restores the client scopes that are no audience's. Those that contest a
// claim, and those that say who a token is of, are compared elsewhere.
func (p *comparison) setScopesBack(ctx context.Context, have, want []string, always bool) error {
	dir, client := p.a.Directory, p.c.client
	for _, name := range slices.Concat(have, want) {
		scope, found, err := p.owner.scope(ctx, name)
		if err != nil {
			return err
		}
		has, wanted := slices.Contains(have, name), slices.Contains(want, name)
		if !found || has == wanted || strings.HasPrefix(name, scopePrefix) || p.contested(scope) || always && scope.identifies() {
			continue
		}
		if has {
			p.takeBack(func(ctx context.Context) error { return dir.RemoveScope(ctx, client, scope) }, "take client scope "+name+" away")
			continue
		}
		p.tampered = true
		p.give(func(ctx context.Context) error { return dir.AddScope(ctx, client, scope, always) }, addScopeWords(name, always))
	}
	return nil
}
