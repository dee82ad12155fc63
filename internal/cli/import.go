package cli

import "github.com/spf13/cobra"

func (a *app) importCommand() *cobra.Command {
	var (
		file   string
		dryRun bool
	)
	cmd := &cobra.Command{
		Use:   "import OWNER/NAME",
		Short: "Take a credential that someone else made into this machine's store",
		Long: `Take a credential that someone else made into this machine's store. Its secret
comes from --secret-file, a prompt, or stdin, and is kept once the server has given
a token for it. It takes no sign-in.`,
		Example: `  pass show alice-ci | apitok import alice/ci`,
		Args:    oneArg("OWNER/NAME"),
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			h, r, err := a.holderFor(args[0])
			if err != nil {
				return err
			}
			if err := h.Store.Probe(cmd.Context()); err != nil {
				return err
			}
			secret, err := a.secret(cmd.Context(), "--secret-file", file, "", "Secret of "+r.String())
			if err != nil {
				return err
			}
			if err := h.Import(cmd.Context(), r, secret, dryRun); err != nil {
				return err
			}
			if dryRun {
				a.note("the server takes the secret of " + r.String() + "; it would be stored on this machine")
				return nil
			}
			a.note("imported " + r.String() + where(false, h.Store))
			return nil
		}),
	}
	cmd.Flags().StringVar(&file, "secret-file", "", "file with the secret; - is stdin")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only find out whether the server takes the secret")
	return cmd
}
