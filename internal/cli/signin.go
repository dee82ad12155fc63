package cli

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/loopback"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/grant"
)

// signInTime is how long a person has to sign in, unless they say otherwise.
const signInTime = 5 * time.Minute

// signInFlags say how a person signs in.
type signInFlags struct {
	device, qr, noBrowser bool
	wait                  time.Duration
}

func (o *signInFlags) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.device, "device", false, "sign in with a code, in a browser of any machine")
	f.BoolVar(&o.qr, "qr", false, "show the address and the code as a QR code; implies --device")
	f.BoolVar(&o.noBrowser, "no-browser", false, "show the address instead of opening the browser")
	f.DurationVar(&o.wait, "wait", signInTime, "how long to wait for the person")
}

func (o *signInFlags) check(cmd *cobra.Command) error {
	if o.noBrowser && (o.device || o.qr) {
		return usage(cmd, "say either --no-browser or --device")
	}
	return nil
}

// A signing is what there is to do with either way in which a person signs in.
type signing struct {
	authorize  func(ctx context.Context, redirectURI string) (grant.Authorization, error)
	withCode   func(context.Context, grant.Authorization, url.Values) error
	withDevice func(ctx context.Context, show func(grant.Device) error) error
	// told is called when the person knows where to sign in.
	told func()
}

// haveSignIn has a person sign in within the time that they have, which begins when they
// are told where: how long the server takes until then is for its own limits.
func (a *app) haveSignIn(ctx context.Context, o signInFlags, steps signing) error {
	way, err := a.wayToSignIn(o)
	if err != nil {
		return err
	}
	nobody := &apitok.Error{Kind: apitok.Denied, Message: "nobody signed in within " + o.wait.String(), Hint: "run the same command again; --wait gives more time"}
	waiting, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	steps.told = func() { time.AfterFunc(o.wait, func() { stop(nobody) }) }
	err = way(waiting, steps)
	if err != nil && errors.Is(context.Cause(waiting), nobody) {
		return nobody
	}
	return err
}

// wayToSignIn chooses how, by the flags or else by what there is.
func (a *app) wayToSignIn(o signInFlags) (func(context.Context, signing) error, error) {
	device := func(ctx context.Context, steps signing) error { return a.withDevice(ctx, steps, o.qr) }
	browser := func(ctx context.Context, steps signing) error { return a.withBrowser(ctx, steps, !o.noBrowser) }
	switch {
	case o.device, o.qr:
		return device, nil
	case o.noBrowser, a.display():
		return browser, nil
	case a.system.person():
		return device, nil
	}
	return nil, &apitok.Error{Kind: apitok.Usage, Message: "there is neither a display nor a terminal to sign in at",
		Hint: "a person says --device or --no-browser, a machine runs apitok login with --client-id and --client-secret-file or --key"}
}

// withBrowser has the person sign in with a browser of this machine.
func (a *app) withBrowser(ctx context.Context, steps signing, open bool) error {
	l, err := loopback.Listen(ctx)
	if err != nil {
		return &apitok.Error{Kind: apitok.Failed, Message: "cannot wait for the browser at 127.0.0.1", Cause: err, Hint: "--device does without"}
	}
	defer l.Close() //nolint:errcheck // nobody waits any more
	authorization, err := steps.authorize(ctx, l.RedirectURI())
	if err != nil {
		return err
	}
	a.note("to sign in, open this address in a browser of this machine: " + authorization.Address())
	steps.told()
	if open {
		a.openBrowser(ctx, authorization.Address())
	}
	return l.Await(ctx, authorization.Owns, func(answer url.Values) error { return steps.withCode(ctx, authorization, answer) })
}

// withDevice has the person sign in with a browser of any machine.
func (a *app) withDevice(ctx context.Context, steps signing, qr bool) error {
	return steps.withDevice(ctx, func(d grant.Device) error {
		a.note("to sign in, open " + d.VerificationURI + " in any browser and enter the code " + d.UserCode)
		steps.told()
		if d.Complete == "" {
			return nil
		}
		a.note("or open this address, which has the code in it: " + d.Complete)
		if !qr {
			return nil
		}
		return output.QR(a.system.Stderr, d.Complete, a.system.StderrTerminal)
	})
}
