package cli

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) auditCommand() *cobra.Command {
	var (
		f                     format
		impersonations, local bool
		since                 string
	)
	cmd := &cobra.Command{
		Use:   "audit --impersonations",
		Short: "List who acted as whom, and when",
		Long: `List who acted as which user and when, the newest first: from the realm's events, with
the reasons that this machine wrote down, and from what this machine alone knows of. With
--local only the latter, which takes no sign-in.

The events are TOKEN_EXCHANGE with a requested_subject, JWT_AUTHORIZATION_GRANT with the
identity provider of a client that apitok let act as users, and IMPERSONATE, which is a
person in Keycloak's admin console; and those that failed. The realm has to store them
(apitok setup), and the account to have view-events.

At a terminal it is a table; in a pipe a line for each, with tabs between time, client,
who ran it, user, way, outcome, reason and error; with -o json an array of objects.`,
		Example: `  apitok audit --impersonations --since 7d
  apitok audit --impersonations --local -o json`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			if !impersonations {
				return usage(cmd, "what to list is missing: --impersonations")
			}
			var from time.Time
			if given(cmd, "since") {
				ago, err := apitok.ParseDuration(since)
				if err != nil {
					return err
				}
				from = a.system.Now().Add(-ago)
			}
			list, err := a.impersonations(cmd.Context(), local, from)
			if err != nil {
				return err
			}
			return a.writeImpersonations(f, list)
		}),
	}
	fl := cmd.Flags()
	fl.BoolVar(&impersonations, "impersonations", false, "list who acted as a user")
	fl.BoolVar(&local, "local", false, "only what this machine wrote down")
	fl.StringVar(&since, "since", "", "only those within this time, such as 7d")
	addFormat(cmd, &f, "text", "table", "tsv", "json")
	return cmd
}

func (a *app) impersonations(ctx context.Context, local bool, since time.Time) ([]apitok.Impersonation, error) {
	if !local {
		admin, err := a.realmAdmin()
		if err != nil {
			return nil, err
		}
		return admin.Impersonations(ctx, a.ledger(), since)
	}
	s, err := a.settings()
	if err != nil {
		return nil, err
	}
	return apitok.LocalImpersonations(a.ledger(), s.Realm, since)
}

// An impersonationAnswer is the JSON of an impersonation.
type impersonationAnswer struct {
	At        *time.Time `json:"at"`
	Client    *string    `json:"client_id"`
	By        *string    `json:"by"`
	User      string     `json:"user"`
	Via       *string    `json:"via"`
	Audiences []string   `json:"audiences"`
	Scopes    []string   `json:"scopes"`
	Outcome   string     `json:"outcome"`
	Reason    *string    `json:"reason"`
	Error     *string    `json:"error"`
	TokenIDs  []string   `json:"token_ids"`
}

func (a *app) writeImpersonations(f format, list []apitok.Impersonation) error {
	if f.value == "json" {
		array := output.NewArray(a.system.Stdout)
		for _, use := range list {
			err := array.Add(impersonationAnswer{
				At: output.OrNull(use.At.Truncate(time.Millisecond)), Client: output.OrNull(use.Client), By: output.OrNull(use.By), User: use.User, Via: output.OrNull(string(use.Via)),
				Audiences: append([]string{}, use.Audiences...), Scopes: append([]string{}, use.Scopes...), Outcome: string(use.Outcome),
				Reason: output.OrNull(use.Reason), Error: output.OrNull(use.Error), TokenIDs: append([]string{}, use.TokenIDs...),
			})
			if err != nil {
				return err
			}
		}
		return array.Close()
	}
	rows := a.rowsAs(f, "TIME", "CLIENT", "BY", "USER", "VIA", "OUTCOME", "REASON", "ERROR")
	for _, use := range list {
		err := rows.Row(output.Time(use.At, ""), cmp.Or(use.Client, "-"), cmp.Or(use.By, "-"), use.User, cmp.Or(string(use.Via), "-"),
			string(use.Outcome), strings.ReplaceAll(use.Reason, "\n", " "), use.Error)
		if err != nil {
			return err
		}
	}
	return rows.Close()
}
