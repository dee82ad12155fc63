package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/pkg/apitok"
)

type setupImpersonationOptions struct {
	req                        apitok.ImpersonationSetup
	via                        string
	format                     format
	showKey                    bool
	dryRun, check, remove, yes bool
}

func (a *app) setupImpersonationCommand() *cobra.Command {
	var o setupImpersonationOptions
	cmd := &cobra.Command{
		Use:   "impersonation --for CLIENT",
		Short: "Let a client act as users",
		Long: `Let a client act as the users and as the members of the groups that are named, and by
that route as no others. CLIENT is a client id, or a credential OWNER/NAME; it needs a
secret. apitok impersonate then gets their tokens.

jwt-grant, the best where the server has it (Keycloak 26.5, with no feature switched on):
an identity provider that is the client itself, with a key that is made here and kept in
the store of this machine, for apitok impersonate to use; on another machine, setup adds a
key of its own. --show-key writes it to stdout, for a host that has no store, where
APITOK_IMPERSONATION_KEY_FILE names it. The users are linked with it one by one: who joins a group later
takes another run, which also takes away who left it. --check tells.

exchange-v2-permissions (feature token-exchange): admin permissions of the realm, and a
policy for the client. Members of groups count as they come and go.

exchange-v1 (features token-exchange and admin-fine-grained-authz:v1): permissions of
users. Who may be impersonated holds for all who may impersonate, administrators in the
console too. Members of groups count as they come and go. --audience gives the permission
to exchange tokens for that client, --identity-provider that of the identity provider: for
its tokens (apitok exchange --subject-issuer) and for those that the realm keeps of it
(--requested-issuer). That needs no users or groups.

Administrators and service accounts are refused without --allow-admin. Whom earlier runs
named and this one does not, it may no longer act as, which --dry-run tells; with --add
nobody is taken away. What others made is left as it is. --remove takes back what was made for the client, by every
route, and nothing else.

It takes manage-clients and manage-users of realm-management, and besides for jwt-grant
view-realm and manage-identity-providers, for exchange-v2-permissions manage-realm, for
exchange-v1 manage-realm and manage-authorization, with --identity-provider also
manage-identity-providers.`,
		Example: `  apitok setup impersonation --for support/desk --group /customers --dry-run
  apitok setup impersonation --for support/desk --users alice,bob --audience orders-api
  apitok setup impersonation --for support/desk --add --users carol
  apitok setup impersonation --for support/desk --identity-provider partner --via exchange-v1
  apitok setup impersonation --for support/desk --remove`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error { return a.setupImpersonation(cmd, o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.req.For, "for", "", "the client that is to act as users: its client id, or OWNER/NAME")
	f.StringSliceVar(&o.req.Users, "users", nil, "the usernames, with commas between them (repeatable)")
	f.BoolVar(&o.req.Add, "add", false, "leave whom it may act as already, and add these")
	f.StringArrayVar(&o.req.Groups, "group", nil, "the members of this group and of those below it, by its path (repeatable)")
	f.StringArrayVar(&o.req.Audiences, "audience", nil, "also let it ask for tokens that are for this client alone (repeatable)")
	f.StringArrayVar(&o.req.Providers, "identity-provider", nil, "also let it exchange tokens of the identity provider of this alias, with exchange-v1 (repeatable)")
	f.BoolVar(&o.req.AllowAdmin, "allow-admin", false, "let administrators and service accounts be among the users")
	addRoute(cmd, &o.via, "the way: ")
	f.BoolVar(&o.showKey, "show-key", false, "write the key for jwt-grant, and nothing else, to stdout")
	f.BoolVar(&o.dryRun, "dry-run", false, "only print what would be done")
	f.BoolVar(&o.check, "check", false, "only print what would be done, and exit with 8 when something would")
	f.BoolVar(&o.remove, "remove", false, "take back what was made for the client")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask, with --remove")
	addFormat(cmd, &o.format, "text", "json")
	cmd.MarkFlagsMutuallyExclusive("dry-run", "check", "show-key")
	cmd.MarkFlagsMutuallyExclusive("check", "remove")
	cmd.MarkFlagsMutuallyExclusive("remove", "show-key")
	return cmd
}

func (a *app) setupImpersonation(cmd *cobra.Command, o setupImpersonationOptions) error {
	whom := given(cmd, "users", "group", "add", "audience", "identity-provider", "via", "allow-admin")
	switch {
	case o.req.For == "":
		return usage(cmd, "the client is missing: --for")
	case o.remove && whom:
		return usage(cmd, "--remove takes back all that was made for the client: it goes without --users, --group, --add, --audience, --identity-provider, --via and --allow-admin")
	case o.showKey && o.via != "" && o.via != string(apitok.ByJWTGrant):
		return usage(cmd, "--show-key goes with --via "+string(apitok.ByJWTGrant)+": the other ways have no key")
	case !o.remove && len(o.req.Users)+len(o.req.Groups)+len(o.req.Providers) == 0 && (!o.req.Add || len(o.req.Audiences) == 0):
		return usage(cmd, "whom it may act as is missing: --users or --group")
	}
	admin, err := a.realmAdmin()
	if err != nil {
		return err
	}
	if o.remove {
		return a.removeImpersonation(cmd.Context(), admin, o)
	}
	o.req.Via, o.req.DryRun = apitok.ImpersonationRoute(o.via), o.dryRun || o.check
	if o.showKey {
		o.req.Via = apitok.ByJWTGrant // or else nothing is to be changed
	}
	result, err := admin.SetupImpersonation(cmd.Context(), o.req)
	switch {
	case err != nil:
		return err
	case o.showKey:
		return a.impersonationKey(cmd.Context(), admin, o.req.For)
	}
	if err := a.answerSetup(o.format, result, o.req.DryRun); err != nil {
		return err
	}
	if o.check && len(result.Changes) > 0 {
		return &apitok.Error{Kind: apitok.CheckFailed, Message: fmt.Sprintf("things to be changed for %s: %d", o.req.For, len(result.Changes)),
			Hint: "the same without --check changes them"}
	}
	return nil
}

func (a *app) impersonationKey(ctx context.Context, admin *apitok.Admin, client string) error {
	key, err := admin.ImpersonationKey(ctx, client)
	if err == nil {
		_, err = fmt.Fprint(a.system.Stdout, key.Reveal())
	}
	return err
}

func (a *app) removeImpersonation(ctx context.Context, admin *apitok.Admin, o setupImpersonationOptions) error {
	if err := a.confirm(ctx, o.yes || o.dryRun, "Take back what "+o.req.For+" was let do?"); err != nil {
		return err
	}
	result, err := admin.RemoveImpersonation(ctx, o.req.For, o.dryRun)
	if err != nil {
		return err
	}
	return a.answerSetup(o.format, result, o.dryRun)
}
