package cli

import (
	"github.com/spf13/cobra"

	"github.com/apitok/apitok/pkg/apitok"
)

// watchTokens prints each new token until it is interrupted. A failure that may pass is
// told and tried again; one that will not, such as a refused secret, ends it.
func (a *app) watchTokens(cmd *cobra.Command, args []string, o tokenOptions) error {
	h, req, err := a.tokenRequest(cmd, args, o.req)
	if err != nil {
		return err
	}
	ctx, printed := cmd.Context(), false
	for token, err := range h.Renewals(ctx, req, apitok.Token{}) {
		// A keyring that was there once is locked; one that never was is missing.
		mayPass := apitok.Unavailable.Is(err) || apitok.StoreFailed.Is(err) && printed
		switch {
		case mayPass:
			a.note("no new token yet: " + err.Error())
			continue
		case err == nil:
			err = a.writeToken(o, token)
		}
		if err != nil {
			return err
		}
		printed = true
	}
	return ctx.Err()
}
