package cli

import (
	"context"
	"net/url"

	"github.com/apitok/apitok/internal/config"
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
	err := a.haveSignIn(ctx, o.way, signing{
		authorize: in.Authorize,
		withCode: func(ctx context.Context, authorization grant.Authorization, answer url.Values) (err error) {
			in, err = in.WithCode(ctx, authorization, answer)
			return err
		},
		withDevice: func(ctx context.Context, show func(grant.Device) error) (err error) {
			in, err = in.WithDevice(ctx, show)
			return err
		},
	})
	s.Login.Username = in.Username
	return err
}
