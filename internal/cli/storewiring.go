package cli

import (
	"context"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keystore"
)

// store is the one that the settings choose.
func (a *app) store(s config.Settings) (*keystore.Store, error) {
	return keystore.Open(a.storeOptions(s))
}

func (a *app) storeOptions(s config.Settings) keystore.Options {
	return keystore.Options{
		Store: keystore.Kind(s.Store), Cache: keystore.Kind(s.Cache), AgeIdentity: s.AgeIdentity, Passphrase: a.passphrase,
		Dir: a.folders().State, Person: a.system.person(), Note: a.note, KeyringLimit: a.system.KeyringLimit,
		Turn:   4 * a.timeout, // another process may have several calls to make in its turn
		Chosen: func(ctx context.Context, kind keystore.Kind) { a.rememberStore(ctx, s.Profile, kind) },
	}
}

// profileStore is the one in which a profile's sign-in rests.
func (a *app) profileStore(p config.Profile) (*keystore.Store, error) {
	return a.store(config.StoreSettings(p, a.system.Getenv))
}

// rememberStore writes to the profile which place auto turned out to be, so that
// secrets are looked for there also on a day on which it does not answer.
func (a *app) rememberStore(ctx context.Context, profile string, kind keystore.Kind) {
	if profile == "" || a.system.Getenv("APITOK_STORE") != "" {
		return
	}
	err := config.Change(ctx, a.folders().Path(), func(f *config.File) error {
		p, err := f.Get(profile)
		if err != nil {
			return err
		}
		p.Store = string(kind)
		f.Profiles[profile] = p
		return nil
	})
	if err != nil {
		a.note("warning: the profile does not remember that secrets are in " + string(kind) + ": " + err.Error())
	}
}

// passphrase gets the passphrase of the file store from the environment or from a
// person, who chooses a new one twice. It never reads stdin, which is for other
// things.
func (a *app) passphrase(ctx context.Context, fresh bool) (apitok.Secret, error) {
	if !a.sealed.IsZero() {
		return a.sealed, nil
	}
	secret, err := config.EnvSecret(a.system.Getenv, "APITOK_STORE_PASSPHRASE")
	if err == nil && secret.IsZero() {
		secret, err = a.askPassphrase(ctx, fresh)
	}
	if err == nil {
		a.sealed = secret
	}
	return secret, err
}

func (a *app) askPassphrase(ctx context.Context, fresh bool) (apitok.Secret, error) {
	if !a.system.person() {
		return apitok.Secret{}, &apitok.Error{Kind: apitok.StoreFailed, Message: "the file store is sealed with a passphrase, and none is given",
			Hint: "set APITOK_STORE_PASSPHRASE_FILE or APITOK_STORE_PASSPHRASE, or use an age identity"}
	}
	if !fresh {
		return a.terminal().Secret(ctx, "Passphrase of the file store")
	}
	secret, err := a.terminal().Secret(ctx, "New passphrase for the file store")
	if err != nil {
		return secret, err
	}
	again, err := a.terminal().Secret(ctx, "The same again")
	if err == nil && again != secret {
		err = &apitok.Error{Kind: apitok.Usage, Message: "the two passphrases differ"}
	}
	return secret, err
}
