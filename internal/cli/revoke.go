package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
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
resource server that only checks signatures takes them until they expire.

A delegated credential that was handed over to this machine is deleted by its
registration access token, which takes no sign-in.`,
		Args:              oneArg("OWNER/NAME"),
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			revoke := func(r apitok.Ref, run func(ctx context.Context, ref apitok.Ref, dryRun bool) (apitok.Result, error)) error {
				if err := a.confirm(cmd.Context(), yes || dryRun, "Delete "+r.String()+" for good?"); err != nil {
					return err
				}
				result, err := run(cmd.Context(), r, dryRun)
				if err != nil {
					return err
				}
				return a.answerRevoked(f, r, result, dryRun)
			}
			done, err := a.asHolder(cmd.Context(), args[0], func(d *apitok.Delegate, r apitok.Ref) error { return revoke(r, d.Revoke) })
			if done || err != nil {
				return err
			}
			admin, r, err := a.adminFor(args[0])
			if err != nil {
				return err
			}
			return revoke(r, admin.Revoke)
		}),
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &f, "text", "json")
	return cmd
}

func (a *app) answerRevoked(f format, r apitok.Ref, result apitok.Result, dryRun bool) error {
	if dryRun {
		return a.plan(f, result.Changes)
	}
	a.note("revoked " + r.String())
	if f.value == "json" {
		return output.JSON(a.system.Stdout, map[string]any{"revoked": r.String()})
	}
	return nil
}
