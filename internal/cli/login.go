package cli

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

type loginOptions struct {
	realm                     string
	as, via                   string
	way                       signInFlags
	clientID, secretFile, key string
	username, passwordFile    string
}

func (a *app) loginCommand() *cobra.Command {
	var o loginOptions
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Sign in",
		Long: `Sign in to the realm of the profile, or with --login-realm to another realm of
its server whose account may manage it, such as master. Verbs that manage
credentials then work with the Keycloak roles of whoever signed in.

A person signs in with the browser. Where there is none to open, --device shows an
address and a code to enter in a browser of any machine, with --qr as a QR code too;
so does a terminal without a display by itself. --no-browser waits for the browser
without opening it. The public client for this, apitok-cli, is made by apitok setup;
--via names another one. The session is kept in the store, renewed while it is
used, and ends with apitok logout or when the realm says so.

Several people can be signed in on one profile: --as changes to one of them, and
signs in anew only if that session is over.

A machine signs in as a confidential client with --client-id. Its secret comes from
--client-secret-file, APITOK_LOGIN_CLIENT_SECRET, APITOK_LOGIN_CLIENT_SECRET_FILE, a
prompt, or stdin, and is kept in the store once the server took it. With --key the
client proves itself by a private key in a PEM file, which stays where it is.

With --username a person signs in with a password, for the first steps in a realm
that has no client for login. It comes from --password-file, APITOK_LOGIN_PASSWORD,
APITOK_LOGIN_PASSWORD_FILE, a prompt, or stdin, and is not kept.

Pipelines need no login: with APITOK_LOGIN_CLIENT_ID and APITOK_LOGIN_CLIENT_SECRET
set, every verb signs in by itself.`,
		Example: `  apitok login
  apitok login --device --qr
  apitok login --as alice
  apitok login --client-id apitok-operator --client-secret-file /run/secrets/operator
  apitok login --client-id apitok-operator --key operator.pem
  apitok login --username admin --login-realm master`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			return a.login(cmd.Context(), o)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&o.as, "as", "", "change to this person, or have this person sign in")
	o.way.addFlags(cmd)
	f.StringVar(&o.via, "via", "", "the public client to sign in with ("+apitok.LoginClientID+")")
	f.StringVar(&o.clientID, "client-id", "", "sign in as this confidential client")
	f.StringVar(&o.secretFile, "client-secret-file", "", "file with the client's secret; - is stdin")
	f.StringVar(&o.key, "key", "", "PEM file with the client's private key")
	f.StringVar(&o.username, "username", "", "sign in as this person, with a password")
	f.StringVar(&o.passwordFile, "password-file", "", "file with the password; - is stdin")
	f.StringVar(&o.realm, "login-realm", "", "the realm of the account, if it is not the profile's (APITOK_LOGIN_REALM)")
	if err := cmd.RegisterFlagCompletionFunc("as", a.completePeople); err != nil {
		panic(err) // the flag was just added
	}
	return cmd
}

// check refuses flags that say two things at once.
func (o loginOptions) check(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	groups := [][]string{
		{"client-id", "client-secret-file", "key"},
		{"username", "password-file"},
		{"as", "device", "qr", "no-browser", "via", "wait"},
	}
	used := ""
	for _, group := range groups {
		for _, flag := range group {
			switch {
			case !changed(flag):
			case used == "" || used == group[0]:
				used = group[0]
			default:
				return usage(cmd, "--"+flag+" belongs to another way of signing in than the other flags")
			}
		}
	}
	switch {
	case o.clientID == "" && used == "client-id", o.username == "" && used == "username":
		return usage(cmd, "--"+used+" is missing")
	case o.secretFile != "" && o.key != "":
		return usage(cmd, "say either --client-secret-file or --key")
	}
	return o.way.check(cmd)
}

func (a *app) login(ctx context.Context, o loginOptions) error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	profile, err := a.ownRealm(s)
	if err != nil {
		return err
	}
	s.Login = config.Login{Realm: cmp.Or(o.realm, a.system.Getenv("APITOK_LOGIN_REALM"), s.Realm.Name), Via: profile.Login.Via}
	h, err := a.holder(s)
	if err != nil {
		return err
	}
	if err := h.Store.Probe(ctx); err != nil {
		return err
	}
	switch {
	case o.clientID != "":
		s.Login.ClientID = o.clientID
		err = a.loginClient(ctx, &s, h, o)
	case o.username != "":
		s.Login.Username = o.username
		err = a.loginPassword(ctx, s, h, o)
	default:
		s.Login.Username, s.Login.Via = o.as, cmp.Or(o.via, s.Login.Via)
		err = a.loginPerson(ctx, &s, h, o)
	}
	if err != nil {
		return err
	}
	if err := a.remember(ctx, s.Profile, s.Login); err != nil {
		return err
	}
	a.note("signed in to realm " + s.LoginRealm().Name + " of " + s.Realm.Server + " as " + s.Login.Account())
	return nil
}

// remember writes into the profile who signs in.
func (a *app) remember(ctx context.Context, profile string, login config.Login) error {
	return config.Change(ctx, a.folders().Path(), func(f *config.File) error {
		p, err := f.Get(profile)
		if err == nil {
			p.Login = login
			f.Profiles[profile] = p
		}
		return err
	})
}

// ownRealm returns the profile that is to remember the sign-in, once it is for the
// realm that is in use.
func (a *app) ownRealm(s config.Settings) (config.Profile, error) {
	if s.Profile == "" {
		return config.Profile{}, &apitok.Error{Kind: apitok.Usage, Message: "there is no profile to sign in for", Hint: "add one with apitok profile add"}
	}
	file, err := config.Load(a.folders().Path())
	if err != nil {
		return config.Profile{}, err
	}
	p, err := file.Get(s.Profile)
	if err == nil && (p.Server != s.Realm.Server || p.Realm != s.Realm.Name) {
		err = &apitok.Error{Kind: apitok.Usage, Message: "the profile " + s.Profile + " is for another realm than flags or environment name",
			Hint: "add a profile for that realm, or leave the flags and APITOK_SERVER and APITOK_REALM away"}
	}
	return p, err
}
