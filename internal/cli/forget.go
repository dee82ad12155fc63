package cli

import "github.com/spf13/cobra"

func (a *app) forgetCommand() *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "forget OWNER/NAME",
		Short: "Drop a credential's secret from this machine alone",
		Long: `Drop a credential's secret and cached tokens from this machine. The credential
goes on working elsewhere; apitok revoke ends it. Of a delegated credential the
registration access token, with which it is rotated, is dropped too.`,
		Args:              oneArg("OWNER/NAME"),
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			h, r, err := a.holderFor(args[0])
			if err != nil {
				return err
			}
			if err := h.Forget(cmd.Context(), r, dryRun); err != nil {
				return err
			}
			if dryRun {
				a.note("the secret of " + r.String() + " would be dropped from this machine")
				return nil
			}
			a.note("forgot " + r.String())
			return nil
		}),
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only print what would be done")
	return cmd
}
