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
		exitCode, personal     bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the credentials of the realm",
		Long: `List the credentials of the realm, in the order of their client ids.

At a terminal it is a table; in a pipe a line for each, with tabs between
credential, state, roles, audiences, expires, created, rotated, stored, last used,
description and delegated; with -o json an array of objects.

The last use is when a credential last got a token: "never" if it got none since it
was made, "unknown" where the realm's login events do not tell. It takes events of
type CLIENT_LOGIN to be stored, and the role view-events to see them. The token
with which create and rotate prove a secret counts.

With --personal it lists the keys that you made for yourself, on any machine, in the
order in which they were begun; so it does without, unless --owner, --state or --expiring
is given, where you may not see the realm's credentials. In a pipe there are tabs between
key, state (active or ended), scopes, audiences, created, last used, when it ends unless
it is used, the address that it was made from, stored and session. Only the machine that
holds a key knows its name, scopes and audiences; elsewhere the first 8 characters of its
session's id stand for it.`,
		Example: `  apitok list --owner alice
  apitok list --state active --expiring 14d -o json
  apitok list --expiring 14d --exit-code`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			filter := apitok.Filter{Owner: owner, State: apitok.State(state)}
			if given(cmd, "expiring") {
				within, err := apitok.ParseDuration(expiring)
				if err != nil {
					return err
				}
				filter.ExpiringWithin = within
			}
			n, err := a.listEither(cmd, f, filter, personal)
			if err == nil && exitCode && n > 0 {
				err = &apitok.Error{Kind: apitok.CheckFailed, Message: counted(n) + " listed"}
			}
			return err
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&owner, "owner", "", "only this user's")
	states := choice{&state, []string{string(apitok.Active), string(apitok.Disabled), string(apitok.Expired), string(apitok.Unfinished)}}
	fl.Var(states, "state", "only those that are "+strings.Join(states.values, ", "))
	complete(cmd, "state", states.values...)
	fl.StringVar(&expiring, "expiring", "", "only those that end within this time, such as 14d, or have ended")
	fl.BoolVar(&exitCode, "exit-code", false, "end with exit code 8 if any is listed")
	fl.BoolVar(&personal, "personal", false, "list the keys that you made for yourself, on any machine")
	for _, about := range []string{"owner", "state", "expiring"} {
		cmd.MarkFlagsMutuallyExclusive("personal", about)
	}
	addFormat(cmd, &f, "text", "table", "tsv", "json")
	return cmd
}

// list writes the credentials and returns how many there were.
func (a *app) list(f format, credentials iter.Seq2[apitok.Credential, error]) (n int, err error) {
	write, end := a.listWriter(f)
	for c, err := range credentials {
		if err != nil {
			return n, err
		}
		if err := write(c); err != nil {
			return n, err
		}
		n++
	}
	return n, end()
}

// listWriter returns what writes a credential, and what ends the list.
func (a *app) listWriter(f format) (write func(apitok.Credential) error, end func() error) {
	if f.value == "json" {
		array := output.NewArray(a.system.Stdout)
		return func(c apitok.Credential) error { return array.Add(output.CredentialOf(c, apitok.Secret{})) }, array.Close
	}
	rows := a.listRows(f)
	return func(c apitok.Credential) error {
		return rows.Row(c.Ref().String(), string(c.State), output.Roles(c), strings.Join(c.Audiences, " "), output.Time(c.ExpiresAt, "never"),
			output.Time(c.CreatedAt, ""), output.Time(c.RotatedAt, "never"), yesNo(c.Stored), output.LastUse(c), c.Description, yesNo(c.Delegated))
	}, rows.Close
}

// listEither lists the realm's credentials, or the person's own keys: where that is asked
// for, and where the person may see no credentials.
func (a *app) listEither(cmd *cobra.Command, f format, filter apitok.Filter, personal bool) (int, error) {
	s, err := a.settings()
	if err != nil {
		return 0, err
	}
	if personal {
		return a.listPersonal(cmd.Context(), s, f)
	}
	admin, err := a.admin(s)
	if err != nil {
		return 0, err
	}
	n, err := a.list(f, admin.List(cmd.Context(), filter))
	if apitok.Denied.Is(err) && self(s) != "" && !given(cmd, "owner", "state", "expiring") {
		if own, failed := a.listPersonal(cmd.Context(), s, f); failed == nil {
			return own, nil
		}
	}
	return n, err
}

func (a *app) listRows(f format) output.Rows {
	return a.rowsAs(f, "CREDENTIAL", "STATE", "ROLES", "AUDIENCES", "EXPIRES", "CREATED", "ROTATED", "STORED", "LAST USED", "DESCRIPTION", "DELEGATED")
}

// rowsAs is rows, or one of the forms in which they are asked for.
func (a *app) rowsAs(f format, header ...string) output.Rows {
	switch f.value {
	case "table":
		return output.NewTable(a.system.Stdout, header...)
	case "tsv":
		return output.NewLines(a.system.Stdout)
	}
	return a.rows(header...)
}
