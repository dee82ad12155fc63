package cli

import (
	"context"

	"github.com/spf13/cobra"
)

type importOptions struct {
	secretFile string
	identities []string
	dryRun     bool
}

func (a *app) importCommand() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import OWNER/NAME | FILE",
		Short: "Take a credential that someone else made into this machine's store",
		Long: `Take a credential that someone else made into this machine's store. Its secret
comes from --secret-file, a prompt, or stdin, and is kept once the server has given
a token for it. It takes no sign-in.

FILE is a hand-over of a delegated credential, - for stdin. It is opened with the private
keys of --identity, or ~/.ssh/id_ed25519 and ~/.ssh/id_rsa, or a passphrase that is asked
for or stands in APITOK_HANDOVER_PASSPHRASE or the file that
APITOK_HANDOVER_PASSPHRASE_FILE names. With what it holds, apitok rotate, disable and
revoke work without a sign-in. Rotate it soon: then nobody else knows the secret.`,
		Example: `  pass show alice-ci | apitok import alice/ci
  apitok import alice-ci.age --identity ~/.ssh/id_ed25519`,
		Args: oneArg("OWNER/NAME or FILE"),
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			text, err := a.sealedText(args[0])
			if err != nil {
				return err
			}
			if text != nil {
				return a.importHandover(cmd, text, o)
			}
			if given(cmd, "identity") {
				return usage(cmd, args[0]+" is no hand-over that --identity could open")
			}
			return a.importSecret(cmd.Context(), args[0], o)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&o.secretFile, "secret-file", "", "file with the secret; - is stdin")
	f.StringArrayVar(&o.identities, "identity", nil, "file with the age or SSH private key that opens FILE (repeatable)")
	f.BoolVar(&o.dryRun, "dry-run", false, "only find out whether the server takes it")
	cmd.MarkFlagsMutuallyExclusive("secret-file", "identity")
	return cmd
}

func (a *app) importSecret(ctx context.Context, name string, o importOptions) error {
	h, r, err := a.holderFor(name)
	if err != nil {
		return err
	}
	if err := h.Store.Probe(ctx); err != nil {
		return err
	}
	secret, err := a.secret(ctx, "--secret-file", o.secretFile, "", "Secret of "+r.String())
	if err != nil {
		return err
	}
	if err := h.Import(ctx, r, secret, o.dryRun); err != nil {
		return err
	}
	if o.dryRun {
		a.note("the server takes the secret of " + r.String() + "; it would be stored on this machine")
		return nil
	}
	a.note("imported " + r.String() + where(false, h.Store))
	return nil
}
