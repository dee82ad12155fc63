package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/handover"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

// format is the value of --output.
type format struct{ value string }

// addFormat adds --output with the values that the verb has; the first is the
// default.
func addFormat(cmd *cobra.Command, f *format, values ...string) {
	f.value = values[0]
	cmd.Flags().VarP(choice{&f.value, values}, "output", "o", "write the answer as "+strings.Join(values, ", "))
	complete(cmd, "output", values...)
}

// answer writes what a verb did to a credential: the credential, or for a dry run
// what would be done.
func (a *app) answer(realm apitok.Realm, f format, result apitok.Result, dryRun, showSecret bool) error {
	switch {
	case dryRun:
		return a.plan(f, result.Changes)
	case f.handsOver():
		return a.handOver(realm, f, result)
	case !showSecret:
		result.Secret = apitok.Secret{}
	}
	if f.value == "json" {
		return output.JSON(a.system.Stdout, output.CredentialOf(result.Credential, result.Secret))
	}
	return a.details(result.Credential, result.Secret)
}

// plan writes what a dry run found.
func (a *app) plan(f format, changes []string) error {
	if f.value == "json" {
		if changes == nil {
			changes = []string{}
		}
		return output.JSON(a.system.Stdout, map[string]any{"dry_run": true, "changes": changes})
	}
	rows := output.NewLines(a.system.Stdout)
	for _, change := range changes {
		if err := rows.Row(change); err != nil {
			return err
		}
	}
	if len(changes) == 0 {
		a.note("nothing to do")
	}
	return nil
}

// rows is a list as the other end of stdout wants it.
func (a *app) rows(header ...string) output.Rows {
	if a.system.StdoutTerminal {
		return output.NewTable(a.system.Stdout, header...)
	}
	return output.NewLines(a.system.Stdout)
}

// details writes a credential field by field. Most realms store no events, so a
// last use that is not known is left out.
func (a *app) details(c apitok.Credential, secret apitok.Secret) error {
	used := ""
	if c.LastUseKnown {
		used = output.LastUse(c)
	}
	lifetime := ""
	if c.TokenLifetime() > 0 {
		lifetime = c.TokenLifetime().String()
	}
	delegated := ""
	if c.Delegated {
		delegated = "yes"
	}
	return a.fields([][2]string{
		{"credential", c.Ref().String()},
		{"client id", c.ClientID},
		{"state", string(c.State)},
		{"disabled", strings.TrimSpace(output.Time(c.DisabledAt, "") + " " + c.DisabledBecause)},
		{"description", c.Description},
		{"owner id", c.Owner.ID},
		{"roles", output.Roles(c)},
		{"audiences", strings.Join(c.Audiences, " ")},
		{"optional audiences", strings.Join(c.OptionalAudiences, " ")},
		{"allowed", strings.Join(c.Allow, " ")},
		{"identity", string(c.Identity)},
		{"authorized party", c.AuthorizedParty},
		{"token lifetime", lifetime},
		{"expires", output.Time(c.ExpiresAt, "never")},
		{"expiry held by", string(c.ExpiryHeldBy())},
		{"created", strings.TrimSpace(output.Time(c.CreatedAt, "") + " by " + c.CreatedBy)},
		{"rotated", output.Time(c.RotatedAt, "never")},
		{"old secret until", output.Time(c.OldSecretUntil, "")},
		{"last used", used},
		{"secret stored here", yesNo(c.Stored)},
		{"delegated", delegated},
		{"client secret", secret.Reveal()},
	})
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// fields writes one thing field by field, those that are empty left out.
func (a *app) fields(fields [][2]string) error {
	rows := a.rows()
	for _, row := range fields {
		if row[1] == "" {
			continue
		}
		if err := rows.Row(row[0], row[1]); err != nil {
			return err
		}
	}
	return rows.Close()
}

// secretFormats are those of a verb that makes a secret.
func secretFormats() []string {
	return append([]string{"text", "json"}, handover.CredentialFormats()...)
}

// handsOver tells whether the answer is the secret, with what goes with it, as another
// place takes it.
func (f format) handsOver() bool { return slices.Contains(handover.CredentialFormats(), f.value) }

// mustFit refuses to make a secret that could not be written afterwards.
func (f format) mustFit(realm apitok.Realm, clientID string) error {
	if !f.handsOver() {
		return nil
	}
	_, err := credentialOf(realm, clientID, apitok.Secret{}).In(f.value)
	return err
}

func (a *app) handOver(realm apitok.Realm, f format, result apitok.Result) error {
	text, err := credentialOf(realm, result.Credential.ClientID, result.Secret).In(f.value)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.system.Stdout, text)
	return err
}

func credentialOf(realm apitok.Realm, clientID string, secret apitok.Secret) handover.Credential {
	return handover.Credential{Server: realm.Server, Realm: realm.Name, ClientID: clientID, Secret: secret}
}
