package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/handover"
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
			sealed, err := a.sealed(args[0])
			if err != nil {
				return err
			}
			if sealed != nil {
				return a.importHandover(cmd, sealed, o)
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
	a.note("imported " + r.String() + where(false))
	return nil
}

// sealed returns the hand-over that the argument names; nil where it names none.
func (a *app) sealed(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(a.system.Stdin, maxSecret))
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil //nolint:nilerr // it names a credential then
	}
	if !info.Mode().IsRegular() || info.Size() > maxSecret {
		return nil, nil
	}
	content, err := os.ReadFile(name) //nolint:gosec // the person names the file
	if err != nil || !handover.IsSealed(content) {
		return nil, err
	}
	return content, nil
}

func (a *app) importHandover(cmd *cobra.Command, sealed []byte, o importOptions) error {
	keys, err := a.keys(cmd.Context(), o)
	if err != nil {
		return err
	}
	handed, err := handover.Open(sealed, keys)
	if err != nil {
		return err
	}
	s, named, err := a.settingsOf(handed.Realm)
	if err != nil {
		return err
	}
	d, err := a.delegate(s)
	if err != nil {
		return err
	}
	if err := d.Import(cmd.Context(), handed, o.dryRun); err != nil {
		return err
	}
	r, _ := apitok.RefOfClient(handed.ClientID)
	if o.dryRun {
		a.note("the server takes what was handed over of " + r.String() + "; it would be stored on this machine")
		return nil
	}
	a.note("imported " + r.String() + where(false) + "; apitok rotate " + r.String() + " makes it known to nobody else")
	if !named {
		a.note("to use it: apitok profile add NAME --server " + s.Realm.Server + " --realm " + shellWord(s.Realm.Name))
	}
	return nil
}

// settingsOf are the settings for the realm of a hand-over; named is false where nothing
// but the hand-over names it.
func (a *app) settingsOf(realm apitok.Realm) (s config.Settings, named bool, err error) {
	if s, err = a.settings(); err == nil {
		return s, true, nil
	}
	flags := a.flags
	flags.Server, flags.Realm = realm.Server, realm.Name
	file, err := config.Load(a.folders().Path())
	if err != nil {
		return s, false, err
	}
	s, err = config.Resolve(flags, a.system.Getenv, file)
	return s, false, err
}

// keys are those of --identity, or the usual SSH keys.
func (a *app) keys(ctx context.Context, o importOptions) (handover.Keys, error) {
	keys := handover.Keys{
		Passphrase: func() (apitok.Secret, error) {
			return a.passphrase(ctx, "Passphrase of the hand-over", passphraseVariable)
		},
		KeyPassphrase: func(file string) (apitok.Secret, error) {
			return a.passphrase(ctx, "Passphrase of "+file, "")
		},
	}
	for _, file := range o.identities {
		if err := keys.Add(file); err != nil {
			return keys, err
		}
	}
	if home := a.system.Getenv("HOME"); len(o.identities) == 0 && home != "" {
		for _, name := range []string{"id_ed25519", "id_rsa"} {
			// One that is missing, or that age does not know, opens nothing.
			_ = keys.Add(filepath.Join(home, ".ssh", name)) //nolint:errcheck // see above
		}
	}
	return keys, nil
}

// passphrase comes from the environment or from a person.
func (a *app) passphrase(ctx context.Context, question, variable string) (apitok.Secret, error) {
	if variable != "" {
		secret, err := config.EnvSecret(a.system.Getenv, variable)
		if err != nil || !secret.IsZero() {
			return secret, err
		}
	}
	if a.system.person() {
		return a.terminal().Secret(ctx, question)
	}
	return apitok.Secret{}, &apitok.Error{Kind: apitok.Usage, Message: "it takes a passphrase, and there is nobody to ask",
		Hint: "set " + passphraseVariable + ", or use a key without a passphrase"}
}
