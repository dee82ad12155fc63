package cli

import (
	"context"
	"errors"
	"net/url"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/loopback"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/grant"
)

// loginPerson goes on with the session of the person that is asked for, if it lives,
// and otherwise has a person sign in.
func (a *app) loginPerson(ctx context.Context, s *config.Settings, h *apitok.Holder, o loginOptions) error {
	in := session(*s, h)
	if o.as != "" {
		if err := in.Renew(ctx); !apitok.Denied.Is(err) {
			return err
		}
	}
	way, err := a.wayToSignIn(o)
	if err != nil {
		return err
	}
	waiting, stop := context.WithTimeout(ctx, o.wait)
	defer stop()
	in, err = way(waiting, in)
	if err != nil && errors.Is(waiting.Err(), context.DeadlineExceeded) {
		return &apitok.Error{Kind: apitok.Denied, Message: "nobody signed in within " + o.wait.String(), Hint: "run apitok login again; --wait gives more time"}
	}
	s.Login.Username = in.Username
	return err
}

type wayToSignIn func(context.Context, apitok.Session) (apitok.Session, error)

// wayToSignIn chooses how, by the flags or else by what there is.
func (a *app) wayToSignIn(o loginOptions) (wayToSignIn, error) {
	device := func(ctx context.Context, in apitok.Session) (apitok.Session, error) {
		return a.withDevice(ctx, in, o.qr)
	}
	browser := func(ctx context.Context, in apitok.Session) (apitok.Session, error) {
		return a.withBrowser(ctx, in, !o.noBrowser)
	}
	switch {
	case o.device, o.qr:
		return device, nil
	case o.noBrowser, a.display():
		return browser, nil
	case a.system.person():
		return device, nil
	}
	return nil, &apitok.Error{Kind: apitok.Usage, Message: "there is neither a display nor a terminal to sign in at",
		Hint: "a person says --device or --no-browser, a machine --client-id with --client-secret-file or --key"}
}

// withBrowser has the person sign in with a browser of this machine.
func (a *app) withBrowser(ctx context.Context, in apitok.Session, open bool) (apitok.Session, error) {
	l, err := loopback.Listen(ctx)
	if err != nil {
		return in, &apitok.Error{Kind: apitok.Failed, Message: "cannot wait for the browser at 127.0.0.1", Cause: err, Hint: "--device does without"}
	}
	defer l.Close() //nolint:errcheck // nobody waits any more
	authorization, err := in.Authorize(ctx, l.RedirectURI())
	if err != nil {
		return in, err
	}
	a.note("to sign in, open this address in a browser of this machine: " + authorization.Address())
	if open {
		a.openBrowser(ctx, authorization.Address())
	}
	err = l.Await(ctx, authorization.Owns, func(answer url.Values) error {
		in, err = in.WithCode(ctx, authorization, answer)
		return err
	})
	return in, err
}

// withDevice has the person sign in with a browser of any machine.
func (a *app) withDevice(ctx context.Context, in apitok.Session, qr bool) (apitok.Session, error) {
	return in.WithDevice(ctx, func(d grant.Device) error {
		a.note("to sign in, open " + d.VerificationURI + " in any browser and enter the code " + d.UserCode)
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
