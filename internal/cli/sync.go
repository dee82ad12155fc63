package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/pkg/apitok"
)

type syncOptions struct {
	all, check, dryRun, watch bool
	interval                  time.Duration
	format                    format
}

func (a *app) syncCommand() *cobra.Command {
	var o syncOptions
	cmd := &cobra.Command{
		Use:   "sync [OWNER[/NAME]]",
		Short: "Bring credentials in line with their owners",
		Long: `Compare credentials with what their owners are now and mend the difference: what
the owner lost is taken away, then what is missing is given. A credential that has
expired, or whose owner is disabled or gone, is disabled. Flows, mappers and client
scopes that somebody added to it by hand are taken away.

It may run from cron on several machines at once: it changes only what differs. With
--check it changes nothing and ends with 8 when something differs. With --watch it
goes on, follows the realm's admin events and mends within seconds; every --interval
it looks at everything, whatever the events say; -o json then writes an object a
line.`,
		Example: `  apitok sync --all
  apitok sync alice --check
  apitok sync --all --watch`,
		Args:              atMostOneArg,
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			return a.sync(cmd, strings.Join(args, ""), o)
		}),
	}
	f := cmd.Flags()
	f.BoolVar(&o.all, "all", false, "all credentials of the realm")
	f.BoolVar(&o.check, "check", false, "change nothing, and end with 8 when something differs")
	f.BoolVar(&o.dryRun, "dry-run", false, "only print what would be done")
	f.BoolVar(&o.watch, "watch", false, "go on and follow the realm's admin events")
	f.DurationVar(&o.interval, "interval", 10*time.Minute, "with --watch, how often everything is looked at")
	addFormat(cmd, &o.format, "text", "json")
	cmd.MarkFlagsMutuallyExclusive("watch", "check", "dry-run")
	return cmd
}

func (a *app) sync(cmd *cobra.Command, what string, o syncOptions) error {
	switch {
	case (what == "") != o.all:
		return usage(cmd, "name an owner or a credential, or say --all")
	case !o.watch && given(cmd, "interval"):
		return usage(cmd, "--interval goes with --watch")
	case o.interval <= 0:
		return usage(cmd, "--interval is how long to wait, such as 10m")
	}
	admin, err := a.realmAdmin()
	if err != nil {
		return err
	}
	req, err := syncRequest(what, o)
	if err != nil {
		return err
	}
	report := a.newSyncReport(o)
	if o.watch {
		return report.watch(cmd.Context(), admin, req, o.interval)
	}
	if err := report.pass(cmd.Context(), admin, req); err != nil {
		return err
	}
	return report.close(o.check)
}

// syncRequest reads OWNER or OWNER/NAME.
func syncRequest(what string, o syncOptions) (apitok.SyncRequest, error) {
	req := apitok.SyncRequest{Check: o.check || o.dryRun}
	if !strings.Contains(what, "/") {
		req.Filter.Owner = what
		return req, nil
	}
	r, err := apitok.ParseRef(what, "")
	req.Filter.Ref = r
	return req, err
}
