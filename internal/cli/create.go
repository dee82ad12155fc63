package cli

import (
	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

type createOptions struct {
	shape
	personal        personalFlags
	interactive     bool
	noStore, dryRun bool
	showSecret      bool
	delegate        bool
	handover        handoverFlags
	format          format
}

func (a *app) createCommand() *cobra.Command {
	var o createOptions
	cmd := &cobra.Command{
		Use:   "create [OWNER/NAME]",
		Short: "Make a credential",
		Long: `Make a credential that belongs to a user: a confidential client whose service
account has the user's roles, or the ones named with --role, and nothing else.

The owner's groups are joined, and direct and composite roles copied as they are,
so that what the groups and composites gain or lose flows by itself; apitok sync
does the rest. Roles of realm-management, which give power over Keycloak itself, are
left out, and so are those of Keycloak's account pages, offline_access and
uma_authorization unless --roles mirror --role names them.

@LABEL/NAME is for a customer, a team or a machine that is no user: it gets the
roles named with --role, and those of --group.

Its tokens name the owner in the claim owner. With --identity owner they speak as
the owner, in sub and the claims of the profile and email scopes.

The secret is kept in this machine's store; apitok store status shows where that
is. It is printed only with --show-secret, or with -o as the place takes it where
apitok token is to work: env for a shell, dotenv for a .env file, docker for docker run
--env-file, kubernetes as a Secret, github-actions and gitlab as a script that puts it
among the variables and secrets there with gh or glab.

With --personal NAME, whoever signed in makes a key of their own, with their own sub and
roles, without an administrator: they sign in for it once more, which gives it a
session that outlives the browser's. Its tokens are for the scopes and audiences named
here and for nothing else.

With --delegate somebody else may rotate, disable and revoke it without any Keycloak
role. All that this takes, the secret too, is in one file that only they can open: with
the key of --recipient, or with a passphrase that is asked for or stands in
APITOK_HANDOVER_PASSPHRASE or the file that APITOK_HANDOVER_PASSPHRASE_FILE names. They
run apitok import FILE. Nothing is kept on this machine.

At a terminal, without a name or with --interactive, it asks for what no flag
says.`,
		Example: `  apitok create alice/ci --audience orders-api
  apitok create alice/report --role orders-api:read --role realm:reporter --expires 90d
  apitok create alice/bot --identity owner --azp web-app --audience orders-api
  apitok create @acme/export --group /customers/acme --role orders-api:read --audience orders-api
  apitok create --personal backup --audience orders-api
  apitok create alice/ci --no-store -o env > alice-ci.env
  apitok create alice/ci --no-store -o github-actions | sh
  apitok create alice/ci --no-store -o kubernetes | kubectl apply --server-side -f -
  apitok create alice/ci --delegate --recipient alice.pub --handover alice-ci.age`,
		Args: atMostOneArg,
		// The interview sets flags, so the options are read when it is over.
		RunE: verb(func(cmd *cobra.Command, args []string) error { return a.create(cmd, args, &o) }),
	}
	o.addFlags(cmd)
	o.personal.addFlags(cmd)
	f := cmd.Flags()
	f.BoolVarP(&o.interactive, "interactive", "i", false, "ask for what no flag says")
	f.BoolVar(&o.showSecret, "show-secret", false, "print the secret too")
	f.BoolVar(&o.noStore, "no-store", false, "do not keep the secret on this machine")
	f.BoolVar(&o.dryRun, "dry-run", false, "only print what would be done")
	f.BoolVar(&o.delegate, "delegate", false, "hand it over to somebody who may rotate, disable and revoke it")
	o.handover.add(cmd)
	addFormat(cmd, &o.format, secretFormats()...)
	cmd.MarkFlagsMutuallyExclusive("delegate", "no-store")
	return cmd
}

func (a *app) create(cmd *cobra.Command, args []string, o *createOptions) error {
	if err := o.personal.check(cmd); err != nil {
		return err
	}
	if o.personal.personal {
		return a.createPersonal(cmd, args, o)
	}
	if err := mustGoSomewhere(cmd, o.noStore && !o.dryRun, o.showSecret, o.format); err != nil {
		return err
	}
	s, err := a.settings()
	if err != nil {
		return err
	}
	r, err := a.nameOf(cmd, s, args, o.interactive)
	if err != nil {
		return err
	}
	admin, spec, err := a.whatToCreate(cmd, s, r, o, len(args) == 0)
	if err != nil {
		return err
	}
	if err := o.format.mustFit(admin.Realm, r.ClientID()); err != nil {
		return err
	}
	result, err := admin.Create(cmd.Context(), spec)
	if err != nil {
		return orPersonal(err, s, r)
	}
	if result.Done {
		a.note("made " + r.String() + where(spec.NoStore, admin.Store))
	}
	if result.Done && o.delegate {
		a.note(o.handover.handed(r))
	}
	err = a.answer(admin.Realm, o.format, result, spec.DryRun, o.showSecret)
	if err != nil && spec.NoStore && !o.delegate && result.Done {
		return &apitok.Error{Kind: apitok.Failed, Message: "the secret of " + r.String() + " could not be written and is lost", Cause: err,
			Hint: "apitok rotate gives it a new one"}
	}
	return err
}

// whatToCreate signs in and makes a spec of the flags, after a person was asked for
// some of them. Without questions, what is wrong with the flags is said first.
func (a *app) whatToCreate(cmd *cobra.Command, s config.Settings, r apitok.Ref, o *createOptions, unnamed bool) (*apitok.Admin, apitok.Spec, error) {
	if !o.interactive && !unnamed {
		spec, err := a.spec(cmd, s, r, o)
		if err != nil {
			return nil, spec, err
		}
		admin, err := a.admin(s)
		return admin, spec, err
	}
	admin, err := a.admin(s)
	if err == nil {
		err = a.interviewFor(cmd, admin, r, s.MaxExpiry)
	}
	if err != nil {
		return nil, apitok.Spec{}, err
	}
	spec, err := a.spec(cmd, s, r, o)
	return admin, spec, err
}

// nameOf reads the name of a new credential, or asks for it.
func (a *app) nameOf(cmd *cobra.Command, s config.Settings, args []string, interactive bool) (apitok.Ref, error) {
	switch {
	case interactive && !a.system.person():
		return apitok.Ref{}, usage(cmd, "there is nobody to ask: name all by flags")
	case len(args) == 1:
		return ref(args[0], s)
	case !a.system.person():
		return apitok.Ref{}, usage(cmd, "OWNER/NAME is missing")
	}
	name, err := a.askName(cmd.Context(), s)
	if err != nil {
		return apitok.Ref{}, err
	}
	return ref(name, s)
}

// spec makes a spec of the flags.
func (a *app) spec(cmd *cobra.Command, s config.Settings, r apitok.Ref, o *createOptions) (spec apitok.Spec, err error) {
	spec = apitok.Spec{
		Ref: r, Description: o.description, RoleList: o.roleList, Except: o.except, AllowAdmin: o.allowAdmin, Group: o.group,
		Audiences: o.audiences, OptionalAudiences: o.optional, Allow: o.allow, Identity: apitok.Identity(o.identity), AuthorizedParty: o.azp,
		NoStore: o.noStore, DryRun: o.dryRun,
	}
	if o.delegate {
		spec.NoStore = true // it belongs to the holder
		if spec.Courier, err = a.courier(cmd.Context(), r, &o.handover, o.dryRun); err != nil {
			return spec, err
		}
	} else if given(cmd, "recipient", "handover") {
		return spec, usage(cmd, "--recipient and --handover go with --delegate")
	}
	if spec.Roles, err = o.policy(cmd, r); err != nil {
		return spec, err
	}
	if spec.ExpiresAt, err = o.expiry(cmd, a, s.MaxExpiry); err != nil {
		return spec, err
	}
	spec.TokenLifetime, err = o.lifetime(cmd)
	return spec, err
}

// mustGoSomewhere refuses to make a secret that nobody would ever see.
func mustGoSomewhere(cmd *cobra.Command, noStore, showSecret bool, f format) error {
	if noStore && !showSecret && !f.handsOver() {
		return usage(cmd, "with --no-store the secret would be lost: add --show-secret or a format with it, such as -o env")
	}
	return nil
}

func where(noStore bool, store apitok.Store) string {
	if noStore {
		return "; its secret is not kept on this machine"
	}
	return "; its secret is in " + store.Name() + " of this machine"
}
