package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keycloak"
)

type setupOptions struct {
	format                     format
	operator, rotation         string
	audiences                  []string
	noDelegation, showSecret   bool
	dryRun, check, remove, yes bool
}

func (a *app) setupCommand() *cobra.Command {
	var o setupOptions
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Give a realm what it needs once",
		Long: `Give the realm what it needs once, as an administrator of it: the public client
apitok-cli that people sign in with, stored events, and client policies that keep
the holder of a registration access token from widening a delegated credential.
With --operator also an account for machines, with --audience client scopes, with
--rotation the end of secrets by the server itself.

What is there already is left as it is; run again after it was stopped, setup
completes what is missing. --check says what is missing, and exits with 8 then.
--remove takes back what setup made, and leaves what was there before, what was
changed since and what is in use, such as the client of people's personal keys.

-o json and -o terraform write the same as part of a realm for import, or as
resources of the provider keycloak/keycloak, and ask no server.

It takes manage-clients and manage-realm of realm-management, and realm-admin for
--operator. The operator has the roles that apitok's verbs need and no other; its
secret goes to stdout with --show-secret, such as for apitok login.`,
		Example: `  apitok setup --audience orders-api --dry-run
  apitok setup --operator apitok-operator --show-secret | apitok login --client-id apitok-operator --client-secret-file -
  apitok setup --rotation 90d:2d
  apitok setup -o terraform > apitok.tf`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			if o.remove && given(cmd, "operator", "audience", "rotation", "no-delegation") {
				return usage(cmd, "--remove takes back all that setup made: it goes without --operator, --audience, --rotation and --no-delegation")
			}
			if o.showSecret && o.operator == "" {
				return usage(cmd, "--show-secret is about the secret of --operator")
			}
			return a.setup(cmd, o)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&o.operator, "operator", "", "also make an account for machines, with this client id")
	f.BoolVar(&o.showSecret, "show-secret", false, "write the operator's secret, and nothing else, to stdout")
	f.StringArrayVar(&o.audiences, "audience", nil, "also make the client scope of this client id or URI (repeatable)")
	f.StringVar(&o.rotation, "rotation", "", "also have the server end secrets of credentials after this time, and after a colon the old one's beside the new one: 90d:2d")
	f.BoolVar(&o.noDelegation, "no-delegation", false, "leave away what delegated credentials need")
	f.BoolVar(&o.dryRun, "dry-run", false, "only print what would be done")
	f.BoolVar(&o.check, "check", false, "only print what is missing, and exit with 8 when something is")
	f.BoolVar(&o.remove, "remove", false, "take back what setup made")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask, with --remove")
	addFormat(cmd, &o.format, "text", "json", "terraform")
	cmd.MarkFlagsMutuallyExclusive("dry-run", "check", "show-secret")
	cmd.MarkFlagsMutuallyExclusive("check", "remove")
	cmd.MarkFlagsMutuallyExclusive("remove", "show-secret")
	cmd.AddCommand(a.setupImpersonationCommand())
	return cmd
}

func (a *app) setup(cmd *cobra.Command, o setupOptions) error {
	req := apitok.SetupRequest{Operator: o.operator, Audiences: o.audiences, Delegation: !o.noDelegation, DryRun: o.dryRun || o.check}
	if o.rotation != "" {
		var err error
		if req.Rotation, err = apitok.ParseRotation(o.rotation); err != nil {
			return err
		}
	}
	if o.format.value != "text" && !req.DryRun && !o.remove {
		return a.setupAsCode(o, req)
	}
	if o.format.value == "terraform" {
		return usage(cmd, "-o terraform writes what setup makes, not what is to be done")
	}
	admin, err := a.realmAdmin()
	if err != nil {
		return err
	}
	if o.remove {
		return a.removeSetup(cmd.Context(), admin, o)
	}
	result, err := admin.Setup(cmd.Context(), req)
	switch {
	case err != nil && len(result.Changes) > 0 && req.DryRun:
		return errors.Join(err, a.answerSetup(o.format, result, true))
	case err != nil:
		return err
	case o.showSecret:
		return a.operatorSecret(cmd.Context(), admin, o.operator)
	}
	if err := a.answerSetup(o.format, result, req.DryRun); err != nil {
		return err
	}
	if o.check && len(result.Changes) > 0 {
		return &apitok.Error{Kind: apitok.CheckFailed, Message: fmt.Sprintf("things that are missing from the realm: %d", len(result.Changes)),
			Hint: "apitok setup makes them"}
	}
	return nil
}

func (a *app) setupAsCode(o setupOptions, req apitok.SetupRequest) error {
	drawing := apitok.DrawSetup(req)
	if o.format.value == "terraform" {
		return output.Terraform(a.system.Stdout, drawing)
	}
	return output.JSON(a.system.Stdout, keycloak.RealmCode(drawing))
}

func (a *app) operatorSecret(ctx context.Context, admin *apitok.Admin, clientID string) error {
	secret, err := admin.OperatorSecret(ctx, clientID)
	if err == nil {
		_, err = fmt.Fprintln(a.system.Stdout, secret.Reveal())
	}
	return err
}

func (a *app) removeSetup(ctx context.Context, admin *apitok.Admin, o setupOptions) error {
	if err := a.confirm(ctx, o.yes || o.dryRun, "Take back what setup made in realm "+admin.Realm.Name+"?"); err != nil {
		return err
	}
	result, err := admin.RemoveSetup(ctx, o.dryRun)
	if err != nil {
		return err
	}
	return a.answerSetup(o.format, result, o.dryRun)
}

// answerSetup writes what was made or taken back, or with dryRun what would be.
func (a *app) answerSetup(f format, result apitok.SetupResult, dryRun bool) error {
	for _, left := range result.Left {
		a.note("left: " + left)
	}
	switch {
	case f.value == "json":
		answer := map[string]any{"changes": append([]string{}, result.Changes...), "left": append([]string{}, result.Left...)}
		if dryRun {
			answer["dry_run"] = true
		}
		return output.JSON(a.system.Stdout, answer)
	case dryRun:
		return a.plan(f, result.Changes)
	case len(result.Changes) == 0:
		a.note("nothing to do")
	}
	return nil
}
