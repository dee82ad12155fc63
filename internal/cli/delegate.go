package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keycloak"
	"github.com/apitok/apitok/pkg/sealed"
)

func (a *app) delegateCommand() *cobra.Command {
	var (
		flags            handoverFlags
		f                format
		takeBack, dryRun bool
	)
	cmd := &cobra.Command{
		Use:   "delegate OWNER/NAME",
		Short: "Let somebody rotate, disable and revoke a credential without any Keycloak role",
		Long: `Hand a credential over, in a file that only whom it is for can open: its present
secret and a new registration access token, with which apitok rotate, disable and revoke
work without a sign-in. They run apitok import FILE. The registration access token before
this one ends, so this is also how to hand over another when one was lost, or stolen.

The file is encrypted with age to the keys of --recipient, or with a passphrase that is
asked for or stands in APITOK_HANDOVER_PASSPHRASE or the file that
APITOK_HANDOVER_PASSPHRASE_FILE names. It serves once, until the first rotation.

It takes a realm that keeps the holder from more than that, as apitok setup makes it.

With --take-back nobody has it any more: what was handed over rotates, disables and
revokes it no longer, and what its holder changed beside the secret is set back.`,
		Example: `  apitok delegate alice/ci --recipient alice.pub
  apitok delegate alice/ci --recipient age1… --recipient 'ssh-ed25519 …' --handover alice-ci.age
  apitok delegate alice/ci --take-back`,
		Args:              oneArg("OWNER/NAME"),
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			admin, r, err := a.adminFor(args[0])
			if err != nil {
				return err
			}
			if err := unlessPersonal(cmd.Context(), &admin.Holder, r, "be handed over", "whom it is for makes their own: apitok create --personal "+r.Name); err != nil {
				return err
			}
			var result apitok.Result
			if takeBack {
				result, err = a.takeBack(cmd.Context(), admin, r, dryRun)
			} else {
				result, err = a.handOverTo(cmd.Context(), admin, r, &flags, dryRun)
			}
			if err != nil {
				return err
			}
			return a.answer(admin.Realm, f, result, dryRun, false)
		}),
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&takeBack, "take-back", false, "end what was handed over, and hand nothing over")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &f, "text", "json")
	cmd.MarkFlagsMutuallyExclusive("take-back", "recipient")
	cmd.MarkFlagsMutuallyExclusive("take-back", "handover")
	return cmd
}

func (a *app) handOverTo(ctx context.Context, admin *apitok.Admin, r apitok.Ref, flags *handoverFlags, dryRun bool) (apitok.Result, error) {
	courier, err := a.courier(ctx, r, flags, dryRun)
	if err != nil {
		return apitok.Result{}, err
	}
	result, err := admin.Delegate(ctx, apitok.DelegateRequest{Ref: r, Courier: courier, DryRun: dryRun})
	if err == nil && result.Done {
		a.note(flags.handed(r))
	}
	return result, err
}

func (a *app) takeBack(ctx context.Context, admin *apitok.Admin, r apitok.Ref, dryRun bool) (apitok.Result, error) {
	result, err := admin.TakeBack(ctx, r, dryRun)
	switch {
	case err != nil:
	case result.Done:
		a.note("took " + r.String() + " back; whoever held it knows its secret until apitok rotate " + r.String())
	case !dryRun:
		a.note(r.String() + " is delegated to nobody")
	}
	return result, err
}

// handoverFlags say for whom a hand-over is and where it goes.
type handoverFlags struct {
	recipients []string
	file       string
}

func (h *handoverFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&h.recipients, "recipient", nil, "whom the hand-over is for: an age or SSH public key, or a file of such (repeatable)")
	f.StringVar(&h.file, "handover", "", "file that the hand-over is written to (the client id with .age)")
}

func (h *handoverFlags) handed(r apitok.Ref) string {
	return "the hand-over of " + r.String() + " is in " + h.file + ", for apitok import " + h.file
}

// handoverPassphrase names the variable of what a hand-over is sealed with.
const handoverPassphrase = "APITOK_HANDOVER_PASSPHRASE" //nolint:gosec // the name of a variable

// courier seals a hand-over in a file. A dry run seals nothing, so it asks nobody for a
// passphrase.
func (a *app) courier(ctx context.Context, r apitok.Ref, flags *handoverFlags, dryRun bool) (file sealed.File, err error) {
	if flags.file == "" {
		flags.file = strings.NewReplacer("/", "_", `\`, "_").Replace(r.ClientID()) + ".age"
	}
	file.Path = flags.file
	switch {
	case len(flags.recipients) > 0:
		file.Seal, err = sealed.ForKeys(flags.recipients, func(line string) {
			kind, _, _ := strings.Cut(line, " ")
			a.note("warning: left out a key of a kind that age does not know: " + kind)
		})
	case !dryRun:
		var secret apitok.Secret
		secret, err = a.passphrase(ctx, passphrase{of: "the hand-over of " + r.String(), variable: handoverPassphrase, missing: apitok.Error{
			Kind: apitok.Usage, Message: "nobody is named whom the hand-over is for",
			Hint: "add --recipient with a public key, or set " + handoverPassphrase,
		}}, true)
		if err == nil {
			file.Seal, err = sealed.WithPassphrase(secret)
		}
	}
	return file, err
}

// delegate makes this machine a holder of the realm's delegated credentials.
func (a *app) delegate(s config.Settings) (*apitok.Delegate, error) {
	h, err := a.holder(s)
	if err != nil {
		return nil, err
	}
	return &apitok.Delegate{Holder: *h, Registration: keycloak.NewRegistration(s.Realm, h.HTTP)}, nil
}

// asHolder runs a verb by the registration access token of a credential; done is false
// where this machine holds none, or where it is refused and somebody has signed in.
func (a *app) asHolder(ctx context.Context, s config.Settings, r apitok.Ref, run func(*apitok.Delegate) error) (done bool, err error) {
	d, err := a.delegate(s)
	if err != nil {
		return false, err
	}
	signedIn := s.Login.Account() != ""
	holds, err := d.Holds(ctx, r)
	switch {
	case err != nil && !signedIn:
		return false, err // otherwise the verb says so where it needs the store
	case !holds:
		return false, nil
	}
	err = run(d)
	if signedIn && apitok.Denied.Is(err) {
		refused := apitok.AsError(err)
		a.note("warning: " + refused.Message + ": going on with the rights of " + s.Login.Account())
		if refused.Hint != "" {
			a.note("hint: " + refused.Hint)
		}
		return false, nil
	}
	return true, err
}
