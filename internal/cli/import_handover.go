package cli

import (
	"cmp"
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/handover"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/sealed"
)

// maxHandover bounds what is read of a hand-over, in bytes.
const maxHandover = 64 << 10

// sealedText returns the hand-over that the argument names; nil where it names none.
func (a *app) sealedText(name string) ([]byte, error) {
	if name == "-" {
		return readHandover(a.system.Stdin)
	}
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil, nil // it names a credential then
	}
	f, err := os.Open(name) //nolint:gosec // the person names the file
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	content, err := readHandover(f)
	if !sealed.IsSealed(content) && (err == nil || len(content) > maxHandover) {
		return nil, nil // nor does a file of another kind
	}
	return content, err
}

// readHandover reads a hand-over; with the error that it is too long, its beginning.
func readHandover(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxHandover+1))
	if len(content) > maxHandover {
		err = &apitok.Error{Kind: apitok.Usage, Message: "this is longer than a hand-over may be, which is " + strconv.Itoa(maxHandover) + " bytes"}
	}
	return content, err
}

func (a *app) importHandover(cmd *cobra.Command, text []byte, o importOptions) error {
	ctx := cmd.Context()
	s, err := a.settings()
	named := err == nil
	if apitok.Usage.Is(err) {
		s, err = config.StoreSettings(config.Profile{}, a.system.Getenv), nil // the hand-over names the realm
	}
	if err == nil {
		err = a.probe(ctx, s)
	}
	if err != nil {
		return err
	}
	keys, err := a.keys(ctx, o)
	if err != nil {
		return err
	}
	handed, err := sealed.Open(text, keys)
	if err == nil && !named {
		s, err = a.settingsFor(handed.Realm)
	}
	if err != nil {
		return err
	}
	d, err := a.delegate(s)
	if err != nil {
		return err
	}
	if err := d.Import(ctx, handed, o.dryRun); err != nil {
		return err
	}
	r, _ := apitok.RefOfClient(handed.ClientID)
	if o.dryRun {
		a.note("the server takes what was handed over of " + r.String() + "; it would be stored on this machine")
		return nil
	}
	a.note("imported " + r.String() + where(false, d.Store) + "; apitok rotate " + r.String() + " makes it known to nobody else")
	if !named {
		a.note("to use it: apitok profile add NAME --server " + handover.ShellWord(s.Realm.Server) + " --realm " + handover.ShellWord(s.Realm.Name))
	}
	return nil
}

// probe finds out whether secrets can be kept, before anybody is asked for anything.
func (a *app) probe(ctx context.Context, s config.Settings) error {
	store, err := a.store(s)
	if err != nil {
		return err
	}
	return store.Probe(ctx)
}

// settingsFor are the settings for the realm of a hand-over, where nothing else names
// one.
func (a *app) settingsFor(realm apitok.Realm) (config.Settings, error) {
	flags := a.flags
	flags.Server = cmp.Or(flags.Server, a.system.Getenv("APITOK_SERVER"), realm.Server)
	flags.Realm = cmp.Or(flags.Realm, a.system.Getenv("APITOK_REALM"), realm.Name)
	file, err := a.profiles()
	if err != nil {
		return config.Settings{}, err
	}
	return config.Resolve(flags, a.system.Getenv, file)
}

// keys are those of --identity, or the usual SSH keys.
func (a *app) keys(ctx context.Context, o importOptions) (sealed.Keys, error) {
	ask := func(of, variable, hint string) (apitok.Secret, error) {
		return a.passphrase(ctx, passphrase{of: of, variable: variable, missing: apitok.Error{
			Kind: apitok.Usage, Message: "it takes a passphrase, and there is nobody to ask", Hint: hint,
		}}, false)
	}
	keys := sealed.Keys{
		Passphrase: func() (apitok.Secret, error) {
			return ask("the hand-over", handoverPassphrase, "set "+handoverPassphrase)
		},
		KeyPassphrase: func(file string) (apitok.Secret, error) {
			return ask(file, "", "run it at a terminal, or name a key without a passphrase with --identity")
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
