package cli

import (
	"github.com/spf13/cobra"

	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) showCommand() *cobra.Command {
	var f format
	cmd := &cobra.Command{
		Use:               "show OWNER/NAME",
		Short:             "Show one credential",
		Args:              oneArg("OWNER/NAME"),
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			admin, r, err := a.adminFor(args[0])
			if err != nil {
				return err
			}
			if err := unlessPersonal(cmd.Context(), &admin.Holder, r, "be shown alone", "apitok list --personal shows all of yours"); err != nil {
				return err
			}
			c, err := admin.Show(cmd.Context(), r)
			if err != nil {
				return err
			}
			return a.answer(admin.Realm, f, apitok.Result{Credential: c}, false, false)
		}),
	}
	addFormat(cmd, &f, "text", "json")
	return cmd
}
