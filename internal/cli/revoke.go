package cli

import (
	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
)

func (a *app) revokeCommand() *cobra.Command {
	var (
		f           format
		yes, dryRun bool
	)
	cmd := &cobra.Command{
		Use:   "revoke OWNER/NAME",
		Short: "Delete a credential for good",
		Long: `Delete a credential's client from the server, and its secret and cached tokens
from this machine. Tokens it has are inactive for introspection and userinfo; a
resource server that only checks signatures takes them until they expire.`,
		Args:              oneArg("OWNER/NAME"),
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			s, err := a.settings()
			if err != nil {
				return err
			}
			if done, err := a.revokePersonal(cmd.Context(), s, args[0], f, yes, dryRun); done || err != nil {
				return err
			}
			admin, r, err := a.adminFor(args[0])
			if err != nil {
				return err
			}
			if err := a.confirm(cmd.Context(), yes || dryRun, "Delete "+r.String()+" for good?"); err != nil {
				return err
			}
			result, err := admin.Revoke(cmd.Context(), r, dryRun)
			if err != nil {
				return err
			}
			if dryRun {
				return a.plan(f, result.Changes)
			}
			a.note("revoked " + r.String())
			if f.value == "json" {
				return output.JSON(a.system.Stdout, map[string]any{"revoked": r.String()})
			}
			return nil
		}),
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &f, "text", "json")
	return cmd
}
