package apitok

import (
	"context"
	"slices"
	"strconv"
)

// audiencesPart are the client scopes of audiences, so that credentials can be made
// for these by those who may not make client scopes.
type audiencesPart struct {
	admin  *Admin
	values []string
}

func (*audiencesPart) name() string { return "audience" }

func (p *audiencesPart) missing(ctx context.Context) ([]step, error) {
	audiences, err := resolveAudiences(ctx, p.admin.Directory, sorted(p.values))
	if err != nil {
		return nil, err
	}
	missing, err := p.admin.newAtlas().missingScopes(ctx, audiences)
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, audience := range missing {
		steps = append(steps, step{scopeWords(audience), func(ctx context.Context) error {
			return p.admin.Directory.MakeMarkedScope(ctx, audience)
		}})
	}
	return steps, nil
}

func (p *audiencesPart) made(ctx context.Context) (back []step, left []string, err error) {
	scopes, err := p.admin.Directory.ClientScopes(ctx)
	if err != nil {
		return nil, nil, err
	}
	scopes = slices.DeleteFunc(scopes, func(s ClientScope) bool { return !s.MadeBySetup })
	if len(scopes) == 0 {
		return nil, nil, nil
	}
	uses, err := p.uses(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, scope := range scopes {
		switch {
		case len(scope.Audiences) != 1 || audienceScope(scope.Audiences[0]) != scope.Name || len(scope.Claims) > 0:
			left = append(left, "client scope "+scope.Name+", which was changed since")
		case uses[scope.Name] > 0:
			left = append(left, "client scope "+scope.Name+", which is in use: "+strconv.Itoa(uses[scope.Name]))
		default:
			back = append(back, step{"delete client scope " + scope.Name, func(ctx context.Context) error {
				return p.admin.Directory.DeleteScope(ctx, scope.ID)
			}})
		}
	}
	return back, left, nil
}

// uses counts by name what has a client scope: clients, and the realm for new ones.
func (p *audiencesPart) uses(ctx context.Context) (map[string]int, error) {
	uses := map[string]int{}
	always, onRequest, err := p.admin.Directory.NewClientScopes(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Concat(always, onRequest) {
		uses[name]++
	}
	// What is taken back by now uses none.
	gone, _, err := (&personalPart{p.admin.Directory, nil}).made(ctx)
	if err != nil {
		return nil, err
	}
	for client, err := range p.admin.Directory.Clients(ctx, "") {
		if err != nil {
			return nil, err
		}
		if client.ClientID == PersonalClientID && len(gone) > 0 {
			continue
		}
		for _, name := range slices.Concat(client.DefaultScopes, client.OptionalScopes) {
			uses[name]++
		}
	}
	return uses, nil
}

func (p *audiencesPart) outline(drawing *Outline) {
	for _, value := range sorted(p.values) {
		drawing.Audiences = append(drawing.Audiences, Audience{Value: value, IsClient: !isURI(value)})
	}
}
