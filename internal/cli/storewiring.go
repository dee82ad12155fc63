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
		Store: keystore.Kind(s.Store), Cache: keystore.Kind(s.Cache), AgeIdentity: s.AgeIdentity, Passphrase: a.storePassphrase,
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

// storePassphrase is that of the file store, which is asked for once in a run.
func (a *app) storePassphrase(ctx context.Context, fresh bool) (_ apitok.Secret, err error) {
	if a.sealed.IsZero() {
		a.sealed, err = a.passphrase(ctx, passphrase{of: "the file store", variable: "APITOK_STORE_PASSPHRASE", missing: apitok.Error{
			Kind: apitok.StoreFailed, Message: "the file store is sealed with a passphrase, and none is given",
			Hint: "set APITOK_STORE_PASSPHRASE_FILE or APITOK_STORE_PASSPHRASE, or use an age identity",
		}}, fresh)
	}
	return a.sealed, err
}
