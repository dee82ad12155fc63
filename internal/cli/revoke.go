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
registration access token, which takes no sign-in.

Of a key that you made with create --personal, it ends the session and drops the key from
this machine. One of another machine is named by the first 8 characters of its session's
id or more, as apitok list --personal shows them; a credential of that name goes before.
That ends the whole session, with the browser's sign-in if the key was made in it.`,
		Args:              oneArg("OWNER/NAME"),
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			return a.revoke(cmd.Context(), args[0], f, yes, dryRun)
		}),
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &f, "text", "json")
	return cmd
}

func (a *app) revoke(ctx context.Context, text string, f format, yes, dryRun bool) error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	r, unnamed := ref(text, s)
	if unnamed == nil {
		done, err := a.asHolder(ctx, s, r, func(d *apitok.Delegate) error { return a.delete(ctx, r, d.Revoke, f, yes, dryRun) })
		if done || err != nil {
			return err
		}
	}
	if done, err := a.revokePersonal(ctx, s, text, f, yes, dryRun); done || err != nil {
		return err
	}
	if unnamed != nil {
		return unnamed
	}
	admin, err := a.admin(s)
	if err != nil {
		return err
	}
	return a.delete(ctx, r, admin.Revoke, f, yes, dryRun)
}

// delete deletes a credential, by an administrator's rights or by its holder's.
func (a *app) delete(ctx context.Context, r apitok.Ref, do func(context.Context, apitok.Ref, bool) (apitok.Result, error), f format, yes, dryRun bool) error {
	if err := a.confirm(ctx, yes || dryRun, "Delete "+r.String()+" for good?"); err != nil {
		return err
	}
	result, err := do(ctx, r, dryRun)
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
}
