package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

type rotateOptions struct {
	request    apitok.RotateRequest
	olderThan  string
	dropOld    bool
	showSecret bool
	format     format
}

func (a *app) rotateCommand() *cobra.Command {
	var o rotateOptions
	cmd := &cobra.Command{
		Use:   "rotate OWNER/NAME",
		Short: "Give a credential a new secret",
		Long: `Give a credential a new secret: the server makes it, it is kept in this
machine's store, proven by fetching a token, and cached tokens of the old one
are dropped.

The old secret stops working at once, unless a client-secret-rotation policy of the
realm covers the client: then it works for a while, and rotate says until when.
rotate --drop-old ends it earlier, without making another new one.

A delegated credential that was handed over to this machine is rotated by its
registration access token, which takes no sign-in. That changes with each use; where the
answer of the server is lost, the new secret works all the same, and an administrator's
apitok delegate hands over another token.

With --if-older-than it is safe to run from cron: a younger secret is left alone, and
-o github-actions and the like print nothing then.`,
		Example: `  apitok rotate alice/ci
  apitok rotate alice/ci --if-older-than 30d
  apitok rotate alice/ci --no-store -o gitlab | sh
  apitok rotate alice/ci --drop-old`,
		Args:              oneArg("OWNER/NAME"),
		ValidArgsFunction: a.completeStored,
		RunE:              verb(func(cmd *cobra.Command, args []string) error { return a.rotate(cmd, args[0], o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.olderThan, "if-older-than", "", "only if the secret is older than this, such as 30d")
	f.BoolVar(&o.dropOld, "drop-old", false, "end the old secret that still works, and make no new one")
	f.BoolVar(&o.showSecret, "show-secret", false, "print the new secret too")
	f.BoolVar(&o.request.NoStore, "no-store", false, "do not keep the new secret on this machine")
	f.BoolVar(&o.request.DryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &o.format, secretFormats()...)
	for _, other := range []string{"if-older-than", "show-secret", "no-store"} {
		cmd.MarkFlagsMutuallyExclusive("drop-old", other)
	}
	return cmd
}

func (a *app) rotate(cmd *cobra.Command, name string, o rotateOptions) error {
	if o.dropOld && o.format.handsOver() {
		return usage(cmd, "--drop-old makes no secret to print with -o "+o.format.value)
	}
	if err := mustGoSomewhere(cmd, o.request.NoStore && !o.request.DryRun, o.showSecret, o.format); err != nil {
		return err
	}
	if given(cmd, "if-older-than") {
		age, err := apitok.ParseDuration(o.olderThan)
		if err != nil {
			return err
		}
		o.request.IfOlderThan = age
	}
	s, r, err := a.named(name)
	if err != nil {
		return err
	}
	if err := o.format.mustFit(s.Realm, r.ClientID()); err != nil {
		return err
	}
	o.request.Ref = r
	if !o.dropOld && !o.request.NoStore {
		done, err := a.asHolder(cmd.Context(), s, r, func(d *apitok.Delegate) error { return a.rotateAsHolder(cmd.Context(), d, o) })
		if done || err != nil {
			return err
		}
	}
	admin, err := a.admin(s)
	if err != nil {
		return err
	}
	if err := unlessPersonal(cmd.Context(), &admin.Holder, r, "be rotated", another(r)); err != nil {
		return err
	}
	result, err := a.rotateOrDrop(cmd.Context(), admin, o)
	if err != nil && o.request.NoStore && !result.Secret.IsZero() {
		// The new secret is nowhere but here.
		return errors.Join(err, a.answer(admin.Realm, o.format, result, false, o.showSecret))
	}
	if err != nil {
		return err
	}
	return a.answerRotated(admin.Realm, result, o)
}

func (a *app) rotateOrDrop(ctx context.Context, admin *apitok.Admin, o rotateOptions) (apitok.Result, error) {
	name := o.request.Ref.String()
	if o.dropOld {
		result, err := admin.DropOld(ctx, o.request.Ref, o.request.DryRun)
		switch {
		case err != nil:
		case result.Done:
			a.note("the old secret of " + name + " has ended")
		case !o.request.DryRun:
			a.note(name + " has no old secret that still works")
		}
		return result, err
	}
	result, err := admin.Rotate(ctx, o.request)
	if err == nil {
		a.noteRotated(result, admin.Store, o)
	}
	return result, err
}

func (a *app) noteRotated(result apitok.Result, store apitok.Store, o rotateOptions) {
	name := o.request.Ref.String()
	switch {
	case result.Done:
		a.note("rotated " + name + where(o.request.NoStore, store))
		if until := result.Credential.OldSecretUntil; !until.IsZero() {
			a.note("the old secret works until " + output.Time(until, "") + "; apitok rotate " + name + " --drop-old ends it")
		}
	case !o.request.DryRun:
		a.note("the secret of " + name + " is younger than " + o.olderThan + ": not rotated")
	}
}

func (a *app) rotateAsHolder(ctx context.Context, d *apitok.Delegate, o rotateOptions) error {
	result, err := d.Rotate(ctx, o.request)
	if err != nil {
		return err
	}
	a.noteRotated(result, d.Store, o)
	return a.answerRotated(d.Realm, result, o)
}

// answerRotated writes the credential; what another place takes is written only with a
// new secret.
func (a *app) answerRotated(realm apitok.Realm, result apitok.Result, o rotateOptions) error {
	if o.format.handsOver() && !result.Done && !o.request.DryRun {
		return nil
	}
	return a.answer(realm, o.format, result, o.request.DryRun, o.showSecret)
}
