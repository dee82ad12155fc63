package cli

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

type loginOptions struct {
	realm, clientID, secretFile, username, passwordFile string
}

func (a *app) loginCommand() *cobra.Command {
	var o loginOptions
	cmd := &cobra.Command{
		Use:   "login (--client-id ID | --username NAME)",
		Short: "Sign in as an administrator",
		Long: `Sign in to the realm of the profile, or with --login-realm to another realm of
its server whose account may manage it, such as master.

With --client-id this machine signs in as a confidential client with a service
account. Its secret comes from --client-secret-file, APITOK_LOGIN_CLIENT_SECRET,
APITOK_LOGIN_CLIENT_SECRET_FILE, a prompt, or stdin, and is kept in the store.

With --username a person signs in with a password, meant for the first steps in a
realm. It comes from --password-file, APITOK_LOGIN_PASSWORD,
APITOK_LOGIN_PASSWORD_FILE, a prompt, or stdin, and is not kept: the store holds
the session, which ends after a while.

Pipelines need no login: with APITOK_LOGIN_CLIENT_ID and APITOK_LOGIN_CLIENT_SECRET
set, every verb signs in by itself.`,
		Example: `  apitok login --client-id apitok-operator
  apitok login --client-id apitok-operator --client-secret-file /run/secrets/operator
  apitok login --username admin --login-realm master`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			if (o.clientID == "") == (o.username == "") {
				return usage(cmd, "say who signs in with either --client-id or --username")
			}
			return a.login(cmd.Context(), o)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&o.clientID, "client-id", "", "sign in as this confidential client")
	f.StringVar(&o.secretFile, "client-secret-file", "", "file with the client's secret; - is stdin")
	f.StringVar(&o.username, "username", "", "sign in as this person, with a password")
	f.StringVar(&o.passwordFile, "password-file", "", "file with the password; - is stdin")
	f.StringVar(&o.realm, "login-realm", "", "the realm of the account, if it is not the profile's (APITOK_LOGIN_REALM)")
	return cmd
}

func (a *app) login(ctx context.Context, o loginOptions) error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	if err := a.ownRealm(s); err != nil {
		return err
	}
	s.Login = config.Login{
		Realm:    cmp.Or(o.realm, a.system.Getenv("APITOK_LOGIN_REALM"), s.Realm.Name),
		ClientID: o.clientID, Username: o.username,
	}
	h, err := a.holder(s)
	if err != nil {
		return err
	}
	if err := h.Store.Probe(ctx); err != nil {
		return err
	}
	if o.clientID != "" {
		err = a.loginClient(ctx, s, h, o)
	} else {
		err = a.loginPerson(ctx, s, h, o)
	}
	if err != nil {
		return err
	}
	return config.Change(ctx, a.folders().Path(), func(f *config.File) error {
		p, err := f.Get(s.Profile)
		if err != nil {
			return err
		}
		before := p
		p.Login = s.Login
		f.Profiles[s.Profile] = p
		if err := a.dropLogin(ctx, *f, before); err != nil {
			return err
		}
		a.note("signed in to realm " + s.LoginRealm().Name + " of " + s.Realm.Server + " as " + s.Login.Account())
		return nil
	})
}

// ownRealm makes sure that the sign-in is for the realm of the profile which will
// remember it.
func (a *app) ownRealm(s config.Settings) error {
	if s.Profile == "" {
		return &apitok.Error{Kind: apitok.Usage, Message: "there is no profile to sign in for", Hint: "add one with apitok profile add"}
	}
	file, err := config.Load(a.folders().Path())
	if err != nil {
		return err
	}
	p, err := file.Get(s.Profile)
	if err == nil && (p.Server != s.Realm.Server || p.Realm != s.Realm.Name) {
		err = &apitok.Error{Kind: apitok.Usage, Message: "the profile " + s.Profile + " is for another realm than flags or environment name",
			Hint: "add a profile for that realm, or leave the flags and APITOK_SERVER and APITOK_REALM away"}
	}
	return err
}

// loginClient keeps the secret only after the server took it.
func (a *app) loginClient(ctx context.Context, s config.Settings, h *apitok.Holder, o loginOptions) error {
	secret, err := a.secret(ctx, "--client-secret-file", o.secretFile, "APITOK_LOGIN_CLIENT_SECRET", "Secret of "+o.clientID)
	if err != nil {
		return err
	}
	if _, err := apitok.ClientSignIn(s.LoginRealm(), o.clientID, secret, h.HTTP, h.Now).Token(ctx); err != nil {
		return err
	}
	return h.Store.Put(ctx, s.LoginRealm().LoginItem(o.clientID), secret, time.Time{})
}

func (a *app) loginPerson(ctx context.Context, s config.Settings, h *apitok.Holder, o loginOptions) error {
	password, err := a.secret(ctx, "--password-file", o.passwordFile, "APITOK_LOGIN_PASSWORD", "Password of "+o.username)
	if err != nil {
		return err
	}
	return session(s, h).Begin(ctx, password)
}
