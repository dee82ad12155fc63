package apitok

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
)

// An impersonation is who may act as whom.
type impersonation struct {
	a      *Admin
	client SetupClient
	users  []User
	groups []Group
	// targets are the clients that tokens may be asked for alone.
	targets []SetupClient
	// providers are those whose tokens may be exchanged.
	providers []IdentityProvider
	// adds leaves whom earlier runs named.
	adds bool
}

// impersonation looks up all that a request names, and holds it to the rules.
func (a *Admin) impersonation(ctx context.Context, req ImpersonationSetup) (*impersonation, error) {
	client, err := a.impersonator(ctx, req.For)
	if err != nil {
		return nil, err
	}
	if client.Public {
		return nil, &Error{Kind: Denied, Message: "the client " + quote(client.ClientID) + " is public", Hint: "anyone could ask in its name: choose one that has a secret"}
	}
	d, err := a.delegationOf(ctx, Client{ID: client.ID, Attributes: client.Attributes})
	if err != nil {
		return nil, err
	}
	if d != nil {
		return nil, &Error{Kind: Denied, Message: "the client " + quote(client.ClientID) + " is delegated: it may ask for no tokens but its own"}
	}
	i := &impersonation{a: a, client: client, adds: req.Add}
	for _, name := range sorted(req.Users) {
		user, err := a.Directory.UserByName(ctx, name)
		if NotFound.Is(err) {
			return nil, &Error{Kind: NotFound, Message: "the realm has no user " + quote(name)}
		}
		if err != nil {
			return nil, err
		}
		i.users = append(i.users, user)
	}
	for _, path := range sorted(req.Groups) {
		group, err := a.Directory.GroupByPath(ctx, "/"+strings.TrimPrefix(path, "/"))
		if NotFound.Is(err) {
			return nil, &Error{Kind: NotFound, Message: "the realm has no group " + quote(path), Hint: "write its whole path, such as /customers/acme"}
		}
		if err != nil {
			return nil, err
		}
		i.groups = append(i.groups, group)
	}
	for _, audience := range sorted(req.Audiences) {
		target, err := a.Directory.SetupClient(ctx, audience)
		if err != nil {
			return nil, err
		}
		i.targets = append(i.targets, target)
	}
	if err := i.findProviders(ctx, sorted(req.Providers)); err != nil {
		return nil, err
	}
	return i, i.refuseAdmins(ctx, req.AllowAdmin)
}

func (i *impersonation) findProviders(ctx context.Context, aliases []string) error {
	if len(aliases) == 0 {
		return nil
	}
	all, err := i.a.Directory.IdentityProviders(ctx)
	if err != nil {
		return err
	}
	for _, alias := range aliases {
		at := slices.IndexFunc(all, func(one IdentityProvider) bool { return one.Alias == alias })
		if at < 0 {
			return &Error{Kind: NotFound, Message: "the realm has no identity provider " + quote(alias), Hint: "write its alias"}
		}
		i.providers = append(i.providers, all[at])
	}
	return nil
}

// impersonator finds a client by its id, or by the name of the credential that it is of;
// Conflict where the name is both.
func (a *Admin) impersonator(ctx context.Context, name string) (SetupClient, error) {
	client, err := a.Directory.SetupClient(ctx, name)
	if ref, wrong := ParseRef(name, ""); wrong == nil && (err == nil || NotFound.Is(err)) {
		credential, none := a.Directory.SetupClient(ctx, ref.ClientID())
		switch {
		case err != nil:
			client, err = credential, none
		case none == nil:
			err = &Error{Kind: Conflict, Message: quote(name) + " is the credential of the client " + credential.ClientID + ", and the client id of another client",
				Hint: "write " + credential.ClientID + " for the credential; the other has to get another client id"}
		case !NotFound.Is(none):
			err = none
		}
	}
	if NotFound.Is(err) {
		err = &Error{Kind: NotFound, Message: "the realm has no client and no credential " + quote(name)}
	}
	return client, err
}

// refuseAdmins keeps administrators and service accounts out, unless that is allowed.
func (i *impersonation) refuseAdmins(ctx context.Context, allowed bool) error {
	if allowed {
		return nil
	}
	everyone, err := i.everyone(ctx)
	if err != nil {
		return err
	}
	m := i.a.newAtlas()
	for _, user := range everyone {
		if user.ServiceAccount {
			return &Error{Kind: Denied, Message: quote(user.Username) + " is a service account", Hint: "--allow-admin lets it be impersonated all the same"}
		}
		held, err := m.holdingsOf(ctx, user.ID)
		if err != nil {
			return err
		}
		if yes, err := held.administers(ctx); err != nil || yes {
			return cmp.Or(err, error(&Error{Kind: Denied, Message: quote(user.Username) + " is an administrator: who acts as one can do anything in the realm",
				Hint: "name others, or say --allow-admin"}))
		}
	}
	return nil
}

// unseen says that something may be left since the account may not look.
func unseen(what string, err error) string { return what + ", if there is one: " + AsError(err).Hint }

// everyone returns the users, and those who are in the groups now.
func (i *impersonation) everyone(ctx context.Context) ([]User, error) {
	all := slices.Clone(i.users)
	for _, group := range i.groups {
		members, err := i.a.Directory.MembersOf(ctx, group)
		if err != nil {
			return nil, err
		}
		all = append(all, members...)
	}
	slices.SortFunc(all, func(a, b User) int { return strings.Compare(a.Username, b.Username) })
	return slices.CompactFunc(all, func(a, b User) bool { return a.ID == b.ID }), nil
}

// userWords names users, or only counts them when they are many.
func userWords(users []User) string {
	const many = 8
	if len(users) > many {
		return strconv.Itoa(len(users)) + " users"
	}
	names := make([]string, len(users))
	for i, user := range users {
		names[i] = user.Username
	}
	return strings.Join(names, ", ")
}

// whomWords names users and groups.
func (i *impersonation) whomWords() string {
	words := []string{}
	if len(i.users) > 0 {
		words = append(words, userWords(i.users))
	}
	for _, group := range i.groups {
		words = append(words, "the members of "+group.Path)
	}
	return strings.Join(words, ", ")
}

// only begins what is said of those who may be acted as.
func (i *impersonation) only() string {
	if i.adds {
		return "let "
	}
	return "let only "
}

// withEarlier returns what is to be there: what is wanted, and with adds what there is.
func (i *impersonation) withEarlier(want, have []string) []string {
	if !i.adds {
		return want
	}
	return slices.Compact(sorted(slices.Concat(want, have)))
}

func idsOf[T any](list []T, id func(T) string) []string {
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = id(one)
	}
	return sorted(ids)
}

func userID(u User) string { return u.ID }
