package cli

import (
	"github.com/spf13/cobra"

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

// check refuses flags that are about the other kind of thing to create.
func (o *personalFlags) check(cmd *cobra.Command) error {
	if !o.personal {
		for _, own := range []string{"scope", "device", "qr", "no-browser", "wait"} {
			if given(cmd, own) {
				return usage(cmd, "--"+own+" goes with --personal")
			}
		}
		return nil
	}
	for _, other := range []string{"roles", "role", "except", "no-roles", "allow-admin", "group", "optional-audience", "allow", "identity", "azp", "description",
		"expires", "token-lifetime", "interactive", "show-secret", "no-store", "delegate", "recipient", "handover"} {
		if given(cmd, other) {
			return usage(cmd, "--"+other+" is not for a personal key, which has its person's rights and ends as their sessions do")
		}
	}
	return o.way.check(cmd)
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
	switch {
	case len(args) == 0:
		return usage(cmd, "NAME is missing")
	case o.format.handsOver():
		return usage(cmd, "a personal key cannot be taken to another place: -o "+o.format.value+" is not for it")
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
	if o.dryRun {
		changes, err := minting.Plan(cmd.Context())
		if err != nil {
			return err
		}
		return a.plan(o.format, changes)
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
