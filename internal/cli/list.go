package cli

import (
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) listCommand() *cobra.Command {
	var (
		f                      format
		owner, state, expiring string
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the credentials of the realm",
		Long: `List the credentials of the realm, in the order of their client ids.

At a terminal it is a table; in a pipe a line for each, with tabs between
credential, state, roles, audiences, expires, created, rotated, stored and
description; with -o json an array of objects.`,
		Example: `  apitok list --owner alice
  apitok list --state active --expiring 14d -o json`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			filter := apitok.Filter{Owner: owner, State: apitok.State(state)}
			if expiring != "" {
				within, err := apitok.ParseDuration(expiring)
				if err != nil {
					return err
				}
				filter.ExpiringWithin = within
			}
			s, err := a.settings()
			if err != nil {
				return err
			}
			admin, err := a.admin(s)
			if err != nil {
				return err
			}
			return a.list(f, admin.List(cmd.Context(), filter))
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&owner, "owner", "", "only this user's")
	states := choice{&state, []string{string(apitok.Active), string(apitok.Disabled), string(apitok.Expired), string(apitok.Unfinished)}}
	fl.Var(states, "state", "only those that are "+strings.Join(states.values, ", "))
	complete(cmd, "state", states.values...)
	fl.StringVar(&expiring, "expiring", "", "only those that end within this time, such as 14d, or have ended")
	addFormat(cmd, &f, "text", "table", "tsv", "json")
	return cmd
}

func (a *app) list(f format, credentials iter.Seq2[apitok.Credential, error]) error {
	if f.value == "json" {
		array := output.NewArray(a.system.Stdout)
		for c, err := range credentials {
			if err != nil {
				return err
			}
			if err := array.Add(output.CredentialOf(c, apitok.Secret{})); err != nil {
				return err
			}
		}
		return array.Close()
	}
	rows := a.listRows(f)
	for c, err := range credentials {
		if err != nil {
			return err
		}
		err := rows.Row(c.Ref().String(), string(c.State), output.Roles(c), strings.Join(c.Audiences, " "), output.Time(c.ExpiresAt, "never"),
			output.Time(c.CreatedAt, ""), output.Time(c.RotatedAt, "never"), yesNo(c.Stored), c.Description)
		if err != nil {
			return err
		}
	}
	return rows.Close()
}

func (a *app) listRows(f format) output.Rows {
	header := []string{"CREDENTIAL", "STATE", "ROLES", "AUDIENCES", "EXPIRES", "CREATED", "ROTATED", "STORED", "DESCRIPTION"}
	switch f.value {
	case "table":
		return output.NewTable(a.system.Stdout, header...)
	case "tsv":
		return output.NewLines(a.system.Stdout)
	}
	return a.rows(header...)
}
