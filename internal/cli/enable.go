package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) enableCommand() *cobra.Command {
	return a.switchCommand("enable", "Let a disabled credential be used again", "", (*apitok.Admin).Enable)
}

func (a *app) disableCommand() *cobra.Command {
	return a.switchCommand("disable", "Stop a credential, so that it can be enabled again", `

The client is disabled: it gets no tokens, and those it has are inactive for
introspection and userinfo. A resource server that only checks signatures takes
them until they expire.`, (*apitok.Admin).Disable)
}

func (a *app) switchCommand(name, short, long string,
	run func(admin *apitok.Admin, ctx context.Context, ref apitok.Ref, dryRun bool) (apitok.Result, error),
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
			admin, r, err := a.adminFor(args[0])
			if err != nil {
				return err
			}
			result, err := run(admin, cmd.Context(), r, dryRun)
			if err != nil {
				return err
			}
			switch {
			case result.Done:
				a.note(name + "d " + r.String())
			case !dryRun:
				a.note(r.String() + " is " + name + "d already")
			}
			return a.answer(admin.Realm, f, result, dryRun, false)
		}),
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &f, "text", "json")
	return cmd
}
