package cli

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keycloak"
)

// personalFlags make create make a personal key.
type personalFlags struct {
	personal bool
	scopes   []string
	way      signInFlags
}

func (o *personalFlags) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.personal, "personal", false, "make a key of your own, with your own rights and no administrator's")
	f.StringArrayVar(&o.scopes, "scope", nil, "with --personal: its tokens are for this scope too (repeatable)")
	o.way.addFlags(cmd)
}

// ownFlags are those that say how a personal key is made, and go with no other.
func ownFlags() []string { return []string{"scope", "device", "qr", "no-browser", "wait"} }

// check refuses flags that are about the other kind of thing to create.
func (o *personalFlags) check(cmd *cobra.Command) (err error) {
	own := append(ownFlags(), "personal", "audience", "output")
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		switch {
		case err != nil || !f.Changed:
		case o.personal && !slices.Contains(own, f.Name):
			err = usage(cmd, "--"+f.Name+" is not for a personal key, which has its person's rights and ends as their sessions do")
		case !o.personal && slices.Contains(ownFlags(), f.Name):
			err = usage(cmd, "--"+f.Name+" goes with --personal")
		}
	})
	if err == nil {
		err = o.way.check(cmd)
	}
	return err
}

// person makes whoever signed in one who makes keys of their own: Denied when nobody did.
func (a *app) person(s config.Settings) (*apitok.Person, error) {
	if self(s) == "" {
		return nil, &apitok.Error{Kind: apitok.Denied, Message: "nobody has signed in to realm " + s.Realm.Name + " as a person of it", Hint: "run apitok login"}
	}
	h, err := a.holder(s)
	if err != nil {
		return nil, err
	}
	in := session(s, h)
	signIn := in.SignIn()
	return &apitok.Person{Holder: *h, Session: in, SignIn: signIn, Account: keycloak.NewAccount(s.Realm, h.HTTP, signIn.Token)}, nil
}

// createPersonal has the person sign in for a key.
func (a *app) createPersonal(cmd *cobra.Command, args []string, o *createOptions) error {
	if len(args) == 0 {
		return usage(cmd, "NAME is missing")
	}
	s, err := a.settings()
	if err != nil {
		return err
	}
	person, err := a.person(s)
	if err != nil {
		return err
	}
	r, err := ref(args[0], s)
	if err != nil {
		return err
	}
	if r.Owner != self(s) {
		return usage(cmd, "a personal key belongs to who makes it: name it without "+r.Owner+"/")
	}
	minting, err := person.Mint(cmd.Context(), apitok.KeyRequest{Ref: r, Scopes: o.personal.scopes, Audiences: o.audiences})
	if err != nil {
		return err
	}
	err = a.haveSignIn(cmd.Context(), o.personal.way, signing{authorize: minting.Authorize, withCode: minting.WithCode, withDevice: minting.WithDevice})
	if err != nil {
		return err
	}
	a.note("made the personal key " + r.String() + "; it is in " + person.Store.Name() + " of this machine")
	key, err := person.Key(cmd.Context(), r)
	if err != nil {
		return err
	}
	if o.format.value == "json" {
		return output.JSON(a.system.Stdout, output.KeyOf(key))
	}
	return a.keyDetails(key)
}
