package cli

import (
	"cmp"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) logoutCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "Sign out",
		Long: `End the session of whoever signed in on the profile, at the server, and drop it
from the store; of a client that signed in, drop the secret. With --all, do so for
everyone who is signed in to the realm of the profile on this machine. Credentials
stay in the store.

A browser that stays signed in to other applications of the realm stays so.`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error { return a.logout(cmd.Context(), all) }),
	}
	cmd.Flags().BoolVar(&all, "all", false, "sign everyone out who is signed in to this realm")
	return cmd
}

func (a *app) logout(ctx context.Context, all bool) error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	profile, err := a.ownRealm(s)
	if err != nil {
		return err
	}
	// The environment may name another account for the run; it is not signed in here.
	s.Login = profile.Login
	h, err := a.holder(s)
	if err != nil {
		return err
	}
	items := []apitok.Item{loginItem(profile)}
	if all {
		if items, err = loginsOf(ctx, h.Store, profile); err != nil {
			return err
		}
	}
	var failures []error
	for _, item := range items {
		if item.Client == "" {
			continue
		}
		in := session(s, h)
		in.Realm.Name, in.Username = item.Realm, item.Client
		if err := in.End(ctx); err != nil {
			failures = append(failures, err)
			continue
		}
		a.note("signed out " + item.Client)
	}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	return a.remember(ctx, s.Profile, config.Login{Via: profile.Login.Via})
}

func loginItem(p config.Profile) apitok.Item {
	return apitok.Realm{Server: p.Server, Name: cmp.Or(p.Login.Realm, p.Realm)}.LoginItem(p.Login.Account())
}

// named tells whether an item is a sign-in at a realm that the profile names.
func named(p config.Profile, item apitok.Item) bool {
	return item.Kind == apitok.LoginItem && item.Server == p.Server && (item.Realm == p.Realm || item.Realm == p.Login.Realm)
}

// loginsOf returns what the store keeps of those who signed in at the profile's realms.
func loginsOf(ctx context.Context, store apitok.Store, p config.Profile) ([]apitok.Item, error) {
	items, err := store.Items(ctx)
	var logins []apitok.Item
	for _, item := range items {
		if named(p, item) {
			logins = append(logins, item)
		}
	}
	return logins, err
}

// dropLogins drops what this machine signs in with at realms of the profile's server
// that no profile of the file names.
func (a *app) dropLogins(ctx context.Context, f config.File, p config.Profile) error {
	store, err := a.profileStore(p)
	if err != nil {
		return err
	}
	items, err := store.Items(ctx)
	if err != nil {
		return err
	}
	for _, item := range items {
		if item.Kind != apitok.LoginItem || item.Server != p.Server || namedInAny(f, item) {
			continue
		}
		in := apitok.Session{Realm: apitok.Realm{Server: p.Server, Name: item.Realm}, Username: item.Client, Store: store}
		if err := in.Forget(ctx); err != nil {
			return err
		}
	}
	return nil
}

func namedInAny(f config.File, item apitok.Item) bool {
	for _, p := range f.Profiles {
		if named(p, item) {
			return true
		}
	}
	return false
}

// completePeople offers who is signed in to the shell.
func (a *app) completePeople(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	file, err := config.Load(a.folders().Path())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	p, err := file.Get(cmp.Or(a.flags.Profile, a.system.Getenv("APITOK_PROFILE"), file.Current))
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	store, err := a.profileStore(p)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	items, err := loginsOf(cmd.Context(), store, p)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var people []string
	for _, item := range items {
		people = append(people, item.Client)
	}
	return people, cobra.ShellCompDirectiveNoFileComp
}
