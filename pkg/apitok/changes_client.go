package apitok

import (
	"context"
	"slices"
	"strings"
)

// mappers compares what the client itself writes into tokens, and how one can log
// in at it.
func (p *comparison) mappers(context.Context) error {
	dir, client := p.a.Directory, p.c.client
	if len(client.Odd) > 0 {
		reset := ClientChange{Reset: true, Attributes: map[string]string{attrVersion: recordVersion}}
		p.take(func(ctx context.Context) error { return dir.ChangeClient(ctx, client, reset) },
			"take odd settings from client "+client.ClientID+": "+strings.Join(client.Odd, ", "))
	}
	var have []Claim
	for _, mapper := range client.Mappers {
		if slices.Contains(p.claims, mapper.Claim) {
			have = append(have, mapper.Claim)
			continue
		}
		p.take(func(ctx context.Context) error { return dir.RemoveMapper(ctx, client, mapper.ID) },
			"take protocol mapper "+mapper.Name+" from client "+client.ClientID)
	}
	for _, claim := range without(p.claims, have, func(c Claim) Claim { return c }) {
		p.give(func(ctx context.Context) error { return dir.AddClaim(ctx, client, claim) }, claimWords(claim))
	}
	return nil
}

// scopes compares the client scopes: those of audiences are exactly the record's,
// none may contest a claim, and those that once did are there again. Others are the
// realm's affair.
func (p *comparison) scopes(ctx context.Context) error {
	if err := p.giveBack(ctx); err != nil {
		return err
	}
	if err := p.compareScopes(ctx, p.c.client.DefaultScopes, audiencesNamed(p.c.Audiences), true); err != nil {
		return err
	}
	return p.compareScopes(ctx, p.c.client.OptionalScopes, audiencesNamed(p.c.OptionalAudiences), false)
}

// giveBack gives the client scopes that write who the token is of, and that the
// realm gives to every new client, where an identity is contested no more.
func (p *comparison) giveBack(ctx context.Context) error {
	given, err := p.owner.scopesOfNewClients(ctx)
	if err != nil {
		return err
	}
	for _, name := range given.always {
		scope, found, err := p.owner.scope(ctx, name)
		if err != nil {
			return err
		}
		if !found || p.contested(scope) || !scope.identifies() || slices.Contains(p.c.client.DefaultScopes, name) {
			continue
		}
		p.give(func(ctx context.Context) error { return p.a.Directory.AddScope(ctx, p.c.client, scope, true) }, addScopeWords(name, true))
	}
	return nil
}

// identifies tells whether a client scope writes a claim that says who a token is
// of.
func (s ClientScope) identifies() bool {
	return slices.ContainsFunc(s.Claims, func(claim string) bool { return claim == "sub" || slices.Contains(profileClaims(), claim) })
}

func (p *comparison) compareScopes(ctx context.Context, have []string, want []Audience, always bool) error {
	dir, client := p.a.Directory, p.c.client
	for _, name := range have {
		scope, found, err := p.owner.scope(ctx, name)
		if err != nil {
			return err
		}
		ours := strings.HasPrefix(name, scopePrefix)
		if !found || slices.ContainsFunc(want, func(a Audience) bool { return a.Scope() == name }) || !ours && !p.contested(scope) {
			continue
		}
		p.take(func(ctx context.Context) error { return dir.RemoveScope(ctx, client, scope) }, "take client scope "+name+" away")
	}
	for _, audience := range want {
		name := audience.Scope()
		_, found, err := p.owner.scope(ctx, name)
		if err != nil {
			return err
		}
		if !found {
			p.give(func(ctx context.Context) error { return p.owner.makeScope(ctx, audience.Value) }, scopeWords(audience))
		}
		if slices.Contains(have, name) {
			continue
		}
		p.give(func(ctx context.Context) error {
			made, _, err := p.owner.scope(ctx, name) // it may be made by now
			if err != nil {
				return err
			}
			return dir.AddScope(ctx, client, made, always)
		}, addScopeWords(name, always))
	}
	return nil
}

func addScopeWords(name string, always bool) string {
	if always {
		return "add client scope " + name
	}
	return "add client scope " + name + ", on request"
}

func claimWords(c Claim) string { return "write claim " + c.Name + " " + c.Value }
