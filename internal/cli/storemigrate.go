package cli

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keystore"
)

type migrateOptions struct {
	kind, cache, identity string
	leave, dryRun         bool
	format                format
}

func (a *app) storeMigrate() *cobra.Command {
	var o migrateOptions
	kinds := make([]string, len(keystore.Kinds()))
	for n, kind := range keystore.Kinds() {
		kinds[n] = string(kind)
	}
	cmd := &cobra.Command{
		Use:   "migrate --to KIND",
		Short: "Choose where secrets rest, and move there what the old place holds",
		Long: `Choose where secrets rest, and move there what the old place holds: the secrets and
sign-ins of all realms, for all profiles that used it. Each is read back before
any is deleted. A run that is stopped loses nothing, and the same command again
completes it. Cached tokens are dropped with a place that is left.

With --leave the profile is changed and nothing moved.`,
		Example: `  apitok store migrate --to file
  apitok store migrate --to file --identity ~/.config/age/key.txt --cache kernel`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			if o.kind == "" {
				return usage(cmd, "--to is missing")
			}
			return a.migrate(cmd, o)
		}),
	}
	f := cmd.Flags()
	f.Var(choice{&o.kind, kinds}, "to", "where secrets go: "+strings.Join(kinds, ", "))
	complete(cmd, "to", kinds...)
	f.Var(choice{&o.cache, kinds}, "cache", "where cached tokens go, if it is another place")
	complete(cmd, "cache", kinds...)
	f.StringVar(&o.identity, "identity", "", "seal files with the age identities in this file, not with a passphrase")
	f.BoolVar(&o.leave, "leave", false, "leave in the old place what it holds")
	f.BoolVar(&o.dryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &o.format, "text", "json")
	return cmd
}

func (a *app) migrate(cmd *cobra.Command, o migrateOptions) error {
	file, name, before, err := a.profileInUse()
	if err != nil {
		return err
	}
	if name == "" {
		return &apitok.Error{Kind: apitok.Usage, Message: "there is no profile to write the choice to",
			Hint: "add one with apitok profile add, or set APITOK_STORE"}
	}
	after, err := o.choice(cmd, before)
	if err != nil {
		return err
	}
	moved := []string{name}
	if !o.leave {
		moved = companions(file, name)
	}
	from, err := a.storeOf(before, "")
	if err != nil {
		return err
	}
	to, err := a.storeOf(after, o.identity)
	if err != nil {
		return err
	}
	move := &keystore.Move{
		From: a.storeOptions(from), To: a.storeOptions(to),
		InUse:  func(kind keystore.Kind) bool { return namedByOthers(file, moved, kind) },
		Choose: func(ctx context.Context) error { return a.choose(ctx, name, moved, after, o.cache != "") },
	}
	var items []apitok.Item
	if o.leave {
		err = leave(cmd.Context(), move, o.dryRun)
	} else {
		items, err = move.Run(cmd.Context(), o.dryRun)
	}
	if err != nil {
		return err
	}
	return a.reportMove(o, items, moved)
}

// choice is the profile as it is to be.
func (o migrateOptions) choice(cmd *cobra.Command, p config.Profile) (config.Profile, error) {
	p.Store, p.Cache = o.kind, cmp.Or(o.cache, p.Cache)
	cached := p.Cache == string(keystore.File)
	switch {
	case o.identity == "" && (o.kind == string(keystore.File) || !cached):
		p.AgeIdentity = ""
		return p, nil
	case o.identity == "":
		return p, nil
	case o.kind != string(keystore.File) && !cached:
		return p, usage(cmd, "--identity is for the store file")
	}
	var err error
	p.AgeIdentity, err = filepath.Abs(o.identity)
	return p, err
}

// storeOf is where a profile says that secrets are, whatever the environment says of other
// runs. What opens the files there is the environment's to say, as in every run, unless
// chosen, the identity that was asked for, says it.
func (a *app) storeOf(p config.Profile, chosen string) (s config.Settings, err error) {
	s = config.StoreSettings(p, a.system.Getenv)
	s.Store, s.Cache = p.Store, p.Cache
	if chosen != "" {
		s.AgeIdentity = p.AgeIdentity
	}
	if s.AgeIdentity != "" {
		s.AgeIdentity, err = filepath.Abs(s.AgeIdentity) // the journal of a move outlives this folder
	}
	return s, err
}

// place is where a profile's secrets are.
func place(p config.Profile) keystore.Kind {
	kind := keystore.Kind(cmp.Or(p.Store, string(keystore.Auto)))
	if kind == keystore.Auto {
		return keystore.Keyring
	}
	return kind
}

// companions are the profiles with the same place, whose secrets cannot be told
// apart from those of this one.
func companions(file config.File, name string) (names []string) {
	for other, p := range file.Profiles {
		if place(p) == place(file.Profiles[name]) && (place(p) != keystore.File || p.AgeIdentity == file.Profiles[name].AgeIdentity) {
			names = append(names, other)
		}
	}
	slices.Sort(names)
	return names
}

// namedByOthers tells whether a profile that is not moved names a place.
func namedByOthers(file config.File, moved []string, kind keystore.Kind) bool {
	for name, p := range file.Profiles {
		if !slices.Contains(moved, name) && (place(p) == kind || place(config.Profile{Store: cmp.Or(p.Cache, p.Store)}) == kind) {
			return true
		}
	}
	return false
}

// choose writes the choice to the profiles that are moved. Where tokens go is each
// profile's own affair.
func (a *app) choose(ctx context.Context, name string, moved []string, after config.Profile, cache bool) error {
	return config.Change(ctx, a.folders().Path(), func(f *config.File) error {
		for _, n := range moved {
			p, exists := f.Profiles[n]
			if !exists {
				continue
			}
			p.Store, p.AgeIdentity = after.Store, after.AgeIdentity
			if n == name && cache {
				p.Cache = after.Cache
			}
			f.Profiles[n] = p
		}
		return nil
	})
}

// leave changes the profile alone, once the place can be written.
func leave(ctx context.Context, move *keystore.Move, dryRun bool) error {
	store, err := keystore.Open(move.To)
	if err != nil {
		return err
	}
	if move.To.Store != keystore.Env && move.To.Store != keystore.None {
		if err := store.Probe(ctx); err != nil {
			return err
		}
	}
	if dryRun {
		return nil
	}
	return move.Choose(ctx)
}

func (a *app) reportMove(o migrateOptions, items []apitok.Item, profiles []string) error {
	if o.dryRun {
		changes := make([]string, 0, len(items)+len(profiles))
		for _, item := range items {
			changes = append(changes, "move the "+string(item.Kind)+" of "+item.Client+" in realm "+item.Realm+" of "+item.Server+" to "+o.kind)
		}
		for _, name := range profiles {
			changes = append(changes, "let the profile "+name+" name "+o.kind)
		}
		return a.plan(o.format, changes)
	}
	a.note("secrets rest in the store " + o.kind + " from now on; moved there: " + strconv.Itoa(len(items)))
	if a.system.Getenv("APITOK_STORE") != "" || a.system.Getenv("APITOK_CACHE") != "" {
		a.note("warning: APITOK_STORE or APITOK_CACHE is set and goes before the profile")
	}
	if o.identity != "" && a.system.Getenv("APITOK_AGE_IDENTITY_FILE") != "" {
		a.note("warning: APITOK_AGE_IDENTITY_FILE is set and goes before the profile")
	}
	return nil
}
