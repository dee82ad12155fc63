package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/pkg/apitok"
)

type createOptions struct {
	spec          apitok.Spec
	noRoles       bool
	expires, life string
	showSecret    bool
	format        format
}

func (a *app) createCommand() *cobra.Command {
	var o createOptions
	cmd := &cobra.Command{
		Use:   "create OWNER/NAME",
		Short: "Make a credential for a user",
		Long: `Make a credential that belongs to a user: a confidential client whose service
account has the user's roles, or the ones named with --role, and nothing else.

The owner's groups are joined, and direct and composite roles copied as they are,
so that what the groups and composites gain or lose flows by itself. Roles of
realm-management, which give power over Keycloak itself, are left out.

The secret is kept in this machine's keyring. It is printed only with
--show-secret or -o env.`,
		Example: `  apitok create alice/ci --audience orders-api
  apitok create alice/report --role orders-api:read --role realm:reporter --expires 90d
  apitok create alice/ci --no-store -o env > alice-ci.env`,
		Args: oneArg("OWNER/NAME"),
		RunE: verb(func(cmd *cobra.Command, args []string) error { return a.create(cmd, args[0], o) }),
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.spec.Audiences, "audience", nil, "put this client id or URI into the aud of every token (repeatable)")
	f.StringArrayVar(&o.spec.RoleList, "role", nil, "give only this role, CLIENT:ROLE or realm:ROLE (repeatable)")
	f.BoolVar(&o.noRoles, "no-roles", false, "give no role at all")
	f.BoolVar(&o.spec.AllowAdmin, "allow-admin", false, "also give roles that have power over Keycloak itself")
	f.StringVar(&o.spec.Description, "description", "", "what it is for")
	f.StringVar(&o.expires, "expires", "never", "when it ends: 90d, 36h, a day such as 2027-01-31, or never")
	f.StringVar(&o.life, "token-lifetime", "", "how long its access tokens live, such as 5m (the realm decides)")
	f.BoolVar(&o.showSecret, "show-secret", false, "print the secret too")
	f.BoolVar(&o.spec.NoStore, "no-store", false, "do not keep the secret on this machine")
	f.BoolVar(&o.spec.DryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &o.format, "text", "json", "env")
	cmd.MarkFlagsMutuallyExclusive("role", "no-roles")
	return cmd
}

func (a *app) create(cmd *cobra.Command, name string, o createOptions) (err error) {
	spec := o.spec
	if err := mustGoSomewhere(cmd, spec.NoStore && !spec.DryRun, o.showSecret, o.format); err != nil {
		return err
	}
	if spec.ExpiresAt, err = apitok.ParseExpiry(o.expires, a.system.Now()); err != nil {
		return err
	}
	if spec.TokenLifetime, err = tokenLifetime(cmd, o.life); err != nil {
		return err
	}
	spec.Roles = apitok.Mirror
	if o.noRoles || len(spec.RoleList) > 0 {
		spec.Roles = apitok.Subset
	}
	admin, r, err := a.adminFor(name)
	if err != nil {
		return err
	}
	spec.Ref = r
	result, err := admin.Create(cmd.Context(), spec)
	if err != nil {
		return err
	}
	if result.Done {
		a.note("made " + r.String() + where(spec.NoStore))
	}
	err = a.answer(admin.Realm, o.format, result, spec.DryRun, o.showSecret)
	if err != nil && spec.NoStore {
		return &apitok.Error{Kind: apitok.Failed, Message: "the secret of " + r.String() + " could not be written and is lost", Cause: err,
			Hint: "apitok rotate gives it a new one"}
	}
	return err
}

// mustGoSomewhere refuses to make a secret that nobody would ever see.
func mustGoSomewhere(cmd *cobra.Command, noStore, showSecret bool, f format) error {
	if noStore && !showSecret && f.value != "env" {
		return usage(cmd, "with --no-store the secret would be lost: add --show-secret or -o env")
	}
	return nil
}

func where(noStore bool) string {
	if noStore {
		return "; its secret is not kept on this machine"
	}
	return "; its secret is in the keyring of this machine"
}

// longestToken is far beyond what is wise and well within what Keycloak can count.
const longestToken = 366 * 24 * time.Hour

// tokenLifetime reads --token-lifetime, which Keycloak counts in whole seconds.
func tokenLifetime(cmd *cobra.Command, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := apitok.ParseDuration(text)
	if err == nil && (d < time.Second || d > longestToken) {
		err = usage(cmd, "a token must live for a second at least, and a year at most")
	}
	return d, err
}
