package cli

import (
	"context"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

type pruneOptions struct {
	owner, olderThan, unused string
	yes, dryRun              bool
	format                   format
}

func (a *app) pruneCommand() *cobra.Command {
	var o pruneOptions
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Delete credentials that are of no more use",
		Long: `Delete for good what is of no more use, as revoke does: with --older-than what has
been expired, disabled or unfinished for longer; with --unused what got no token
for longer. What is to be deleted, and why, is printed first.

What is not known for certain is named on stderr and kept: a credential that was
disabled by hand, until apitok sync has noted when; and one that may have been used
before the realm's login events begin. --unused takes events of type CLIENT_LOGIN
that are kept for longer than it says, and the role view-events. Nothing shows
that storing them was interrupted for a while: a use in that time goes unseen.`,
		Example: `  apitok prune --older-than 30d --dry-run
  apitok prune --older-than 30d --unused 90d --yes
  apitok prune --owner alice --unused 180d`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error { return a.prune(cmd, o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.owner, "owner", "", "only this user's")
	f.StringVar(&o.olderThan, "older-than", "", "what has been expired, disabled or unfinished for longer, such as 30d")
	f.StringVar(&o.unused, "unused", "", "what got no token for longer, such as 90d")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	f.BoolVar(&o.dryRun, "dry-run", false, "only print what would be deleted")
	addFormat(cmd, &o.format, "text", "json")
	return cmd
}

// request reads what is asked for.
func (o pruneOptions) request(cmd *cobra.Command) (req apitok.PruneRequest, err error) {
	if !given(cmd, "older-than", "unused") {
		return req, usage(cmd, "say what to delete with --older-than, --unused or both")
	}
	req.Owner = o.owner
	if given(cmd, "older-than") {
		req.OlderThan, err = apitok.ParseDuration(o.olderThan)
	}
	if given(cmd, "unused") && err == nil {
		req.Unused, err = apitok.ParseDuration(o.unused)
	}
	return req, err
}

func (a *app) prune(cmd *cobra.Command, o pruneOptions) error {
	req, err := o.request(cmd)
	if err != nil {
		return err
	}
	admin, err := a.realmAdmin()
	if err != nil {
		return err
	}
	plan, err := admin.PlanPrune(cmd.Context(), req)
	if err != nil {
		return err
	}
	if err := a.prunePlan(o, plan); err != nil {
		return err
	}
	if len(plan.Prunable) > 0 {
		if err := a.confirm(cmd.Context(), o.yes || o.dryRun, "Delete "+counted(len(plan.Prunable))+" for good?"); err != nil {
			return err
		}
	}
	return a.pruneAll(cmd.Context(), admin, req, o, plan.Prunable)
}

// prunePlan says what is to be deleted, before it is, and what is not known. The
// answer as JSON comes later, so a person who is asked reads the plan on stderr.
func (a *app) prunePlan(o pruneOptions, plan apitok.PrunePlan) error {
	if plan.UseUnknown != nil {
		e := apitok.AsError(plan.UseUnknown)
		a.note("--unused chooses none: " + e.Error())
		a.note("hint: " + e.Hint)
	}
	for _, u := range plan.Unclear {
		a.note(u.Credential.Ref().String() + " is kept: it is unknown " + u.Unknown)
	}
	if len(plan.Prunable) == 0 {
		a.note("nothing to delete")
	}
	switch {
	case o.format.value != "json":
		return a.pruneRows(plan.Prunable)
	case !o.dryRun:
		for _, p := range plan.Prunable {
			a.note("to be deleted: " + p.Credential.Ref().String() + ", " + p.Reason)
		}
	}
	return nil
}

func (a *app) pruneRows(list []apitok.Prunable) error {
	rows := a.rows("CREDENTIAL", "REASON")
	for _, p := range list {
		if err := rows.Row(p.Credential.Ref().String(), p.Reason); err != nil {
			return err
		}
	}
	return rows.Close()
}

// pruneAll deletes one after the other, and answers. A failure does not stop it, an
// interrupt does.
func (a *app) pruneAll(ctx context.Context, admin *apitok.Admin, req apitok.PruneRequest, o pruneOptions, list []apitok.Prunable) error {
	array := output.NewArray(a.system.Stdout)
	var failures []error
	stopped := o.dryRun
	for _, p := range list {
		deleted := false
		if !stopped {
			var err error
			if deleted, err = a.pruneOne(ctx, admin, req, p); err != nil {
				failures, stopped = append(failures, err), ctx.Err() != nil
			}
		}
		if o.format.value != "json" {
			continue
		}
		if err := array.Add(output.PrunedOf(p, deleted)); err != nil {
			return errors.Join(append(failures, err)...)
		}
	}
	if o.format.value == "json" {
		if err := array.Close(); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

func (a *app) pruneOne(ctx context.Context, admin *apitok.Admin, req apitok.PruneRequest, p apitok.Prunable) (bool, error) {
	name := p.Credential.Ref().String()
	deleted, err := admin.Prune(ctx, req, p)
	switch {
	case err == nil && deleted:
		a.note("deleted " + name)
		return true, nil
	case err == nil:
		a.note(name + " is kept: it was changed in the meantime")
		return false, nil
	}
	e := apitok.AsError(err)
	if deleted {
		return true, &apitok.Error{Kind: e.Kind, Message: name + " is deleted, but not what this machine holds of it", Cause: e,
			Hint: "apitok forget " + name + " drops it"}
	}
	return false, &apitok.Error{Kind: e.Kind, Message: name + " was not deleted", Hint: e.Hint, Cause: e}
}

// counted says how many credentials.
func counted(n int) string {
	if n == 1 {
		return "1 credential"
	}
	return strconv.Itoa(n) + " credentials"
}
