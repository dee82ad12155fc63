package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) enableCommand() *cobra.Command {
	return a.switchCommand("enable", "Let a disabled credential be used again", "", (*apitok.Admin).Enable, nil)
}

func (a *app) disableCommand() *cobra.Command {
	return a.switchCommand("disable", "Stop a credential, so that it can be enabled again", `

The client is disabled: it gets no tokens, and those it has are inactive for
introspection and userinfo. A resource server that only checks signatures takes
them until they expire.

A delegated credential that was handed over to this machine is disabled by its
registration access token, which takes no sign-in. That does not hold either then, until
an administrator has enabled the credential again.`, (*apitok.Admin).Disable, (*apitok.Delegate).Disable)
}

func (a *app) switchCommand(name, short, long string,
	run func(admin *apitok.Admin, ctx context.Context, ref apitok.Ref, dryRun bool) (apitok.Result, error),
	byHolder func(d *apitok.Delegate, ctx context.Context, ref apitok.Ref, dryRun bool) (apitok.Result, error),
) *cobra.Command {
	var (
		f      format
		dryRun bool
	)
	cmd := &cobra.Command{
		Use:               name + " OWNER/NAME",
		Short:             short,
		Long:              short + "." + long,
		Args:              oneArg("OWNER/NAME"),
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			answer := func(realm apitok.Realm, r apitok.Ref, result apitok.Result, err error) error {
				switch {
				case err != nil:
					return err
				case result.Done:
					a.note(name + "d " + r.String())
				case !dryRun:
					a.note(r.String() + " is " + name + "d already")
				}
				return a.answer(realm, f, result, dryRun, false)
			}
			s, r, err := a.named(args[0])
			if err != nil {
				return err
			}
			if byHolder != nil {
				done, err := a.asHolder(cmd.Context(), s, r, func(d *apitok.Delegate) error {
					result, err := byHolder(d, cmd.Context(), r, dryRun)
					return answer(d.Realm, r, result, err)
				})
				if done || err != nil {
					return err
				}
			}
			admin, err := a.admin(s)
			if err != nil {
				return err
			}
			if err := unlessPersonal(cmd.Context(), &admin.Holder, r, "be "+name+"d", "apitok revoke "+r.String()+" ends it for good"); err != nil {
				return err
			}
			result, err := run(admin, cmd.Context(), r, dryRun)
			return answer(admin.Realm, r, result, err)
		}),
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &f, "text", "json")
	return cmd
}
