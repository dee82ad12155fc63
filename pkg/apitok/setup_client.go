package apitok

import (
	"context"
	"slices"
	"strings"
)

// compared returns the names of the settings in which a client is not as it should be.
func (c SetupClient) compared(want SetupClient) (differ []string) {
	for _, setting := range []struct {
		name string
		same bool
	}{
		{"enabled", c.Enabled == want.Enabled},
		{"public access", c.Public == want.Public},
		{"service account", c.ServiceAccount == want.ServiceAccount},
		{"full scope", c.FullScope == want.FullScope},
		{"consent required", c.ConsentRequired == want.ConsentRequired},
		{"standard flow", c.StandardFlow == want.StandardFlow},
		{"implicit flow", c.Implicit == want.Implicit},
		{"direct access grants", c.DirectAccess == want.DirectAccess},
		{"redirect addresses", slices.Equal(sorted(c.RedirectURIs), sorted(want.RedirectURIs))},
		{"web origins", slices.Equal(sorted(c.WebOrigins), sorted(want.WebOrigins))},
		{"default scopes", want.DefaultScopes == nil || slices.Equal(sorted(c.DefaultScopes), sorted(want.DefaultScopes))},
		{"optional scopes", containsAll(c.OptionalScopes, want.OptionalScopes)},
		{"roles in tokens", c.RoleClaims || !want.RoleClaims},
	} {
		if !setting.same {
			differ = append(differ, setting.name)
		}
	}
	var attributes []string
	for name, value := range want.Attributes {
		if c.Attributes[name] != value {
			attributes = append(attributes, name)
		}
	}
	return append(differ, sorted(attributes)...)
}

func containsAll(list, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(name string) bool { return !slices.Contains(list, name) })
}

// putClient returns the step that makes a client or sets it right, if it takes one.
// Conflict when someone else made one of that id and it is not the same.
func putClient(ctx context.Context, dir Foundations, want SetupClient, words string, secret func() Secret) ([]step, error) {
	have, err := dir.SetupClient(ctx, want.ClientID)
	if NotFound.Is(err) {
		return []step{{words, func(ctx context.Context) error { return dir.MakeSetupClient(ctx, want, secret()) }}}, nil
	}
	if err != nil {
		return nil, err
	}
	differ := have.compared(want)
	switch {
	case len(differ) == 0:
		return nil, nil
	case have.Mark != want.Mark:
		return nil, &Error{Kind: Conflict, Message: "the client " + quote(want.ClientID) + " was not made by apitok setup and differs in: " + strings.Join(differ, ", "),
			Hint: "set it right or delete it by hand: setup leaves alone what others made"}
	}
	want.ID = have.ID
	return []step{{"set client " + want.ClientID + " right: " + strings.Join(differ, ", "), func(ctx context.Context) error {
		return dir.ChangeSetupClient(ctx, want)
	}}}, nil
}

// dropClient returns the step that deletes a client which setup made, unless someone
// changed it.
func dropClient(dir Directory, have SetupClient, differ []string) (back []step, left []string) {
	if len(differ) > 0 {
		return nil, []string{"client " + have.ClientID + ", which was changed since in: " + strings.Join(differ, ", ")}
	}
	return []step{{"delete client " + have.ClientID, func(ctx context.Context) error { return dir.DeleteClient(ctx, have.ID) }}}, nil
}

// markedBy returns the clients that the part of that name made.
func markedBy(ctx context.Context, dir Foundations, part string) ([]SetupClient, error) {
	all, err := dir.MarkedClients(ctx)
	return slices.DeleteFunc(all, func(c SetupClient) bool { return c.Mark != part }), err
}
