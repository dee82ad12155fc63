package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/ledger"
	"github.com/apitok/apitok/pkg/apitok"
)

type impersonateOptions struct {
	req     apitok.ImpersonateRequest
	as, via string
	allowCI bool
	out     exchangeOptions
}

func (a *app) impersonateCommand() *cobra.Command {
	var o impersonateOptions
	cmd := &cobra.Command{
		Use:   "impersonate USER",
		Short: "Print an access token of a user who is not there",
		Long: `Print an access token of a user, got by a client that an administrator let act as
that user with apitok setup impersonation. The client is the credential of --as, or the
one of APITOK_CLIENT_ID, as in apitok token. The user is not asked and need not be there.

It goes by the JWT authorization grant where this machine holds the client's key for it,
or APITOK_IMPERSONATION_KEY or the file of APITOK_IMPERSONATION_KEY_FILE does, and otherwise by Keycloak's legacy token exchange with the client's own token; --via says
which. --via exchange-v1 asks without any token, as how-tos of older servers have it.

Each use is written down on this machine before the server is asked, with --reason, and
how it ended; the realm's events have it too. apitok audit --impersonations lists both.
What cannot be written down is not done.

What the server gives is looked at: it has to be that user's, given to that client, and
with --audience for those alone, otherwise nothing is printed and the exit code is 8. The
token of an administrator is revoked, and the exit code is 4; nor can a service account be
named, unless --allow-admin is given. There is no refresh token without --refresh. Where
the variable CI is set it takes --allow-ci.`,
		Example: `  apitok impersonate alice --as support/desk --reason "ticket 4711" -o header | curl -H @- https://orders.example.com/orders
  apitok impersonate alice --as support/desk --audience orders-api`,
		Args:              o.checkArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              verb(func(cmd *cobra.Command, args []string) error { return a.impersonate(cmd, args[0], o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.as, "as", "", "the credential that asks, OWNER/NAME")
	f.StringArrayVar(&o.req.Audiences, "audience", nil, "the token is to be for this audience and no other (repeatable)")
	f.StringArrayVar(&o.req.Scopes, "scope", nil, "ask for this scope too (repeatable)")
	f.StringVar(&o.req.Reason, "reason", "", "what it is for, to be written down")
	addRoute(cmd, &o.via, "the way: ")
	f.BoolVar(&o.req.Refresh, "refresh", false, "get a refresh token too, which ends with the session, with -o json")
	f.BoolVar(&o.req.AllowAdmin, "allow-admin", false, "also act as an administrator or a service account")
	f.BoolVar(&o.allowCI, "allow-ci", false, "do it although the variable CI is set")
	f.StringVar(&o.out.token.host, "host", "", "with -o netrc: the token is for this host alone")
	addFormat(cmd, &o.out.token.format, "raw", "header", "env", "json", "kubectl", "netrc", "curl")
	if err := cmd.RegisterFlagCompletionFunc("as", a.completeStored); err != nil {
		panic(err) // the flag is there
	}
	return cmd
}

// addRoute adds the flag that chooses a route of impersonation.
func addRoute(cmd *cobra.Command, via *string, words string) {
	routes := choice{via, nil}
	list := ""
	for _, route := range apitok.ImpersonationRoutes() {
		routes.values = append(routes.values, string(route))
		list += string(route) + ", "
	}
	cmd.Flags().Var(routes, "via", words+list[:len(list)-2]+" (the best that there is)")
	complete(cmd, "via", routes.values...)
}

func (o *impersonateOptions) checkArgs(cmd *cobra.Command, args []string) error {
	if o.req.Refresh && o.out.token.format.value != "json" {
		return usage(cmd, "--refresh goes with -o json, which has a place for both tokens")
	}
	if err := o.out.token.checkArgs(cmd, nil); err != nil {
		return err
	}
	return oneArg("USER")(cmd, args)
}

func (a *app) impersonate(cmd *cobra.Command, user string, o impersonateOptions) error {
	if a.system.Getenv("CI") != "" && !o.allowCI {
		return &apitok.Error{Kind: apitok.Denied, Message: "nobody acts as a user where the variable CI is set",
			Hint: "a pipeline has a credential of its own: apitok token; --allow-ci goes on all the same"}
	}
	h, asker, err := a.tokenRequest(cmd, slices.DeleteFunc([]string{o.as}, func(name string) bool { return name == "" }), apitok.TokenRequest{})
	if err != nil {
		return err
	}
	req := o.req
	req.User, req.Via = user, apitok.ImpersonationRoute(o.via)
	req.Ref, req.ClientID, req.Secret = asker.Ref, asker.ClientID, asker.Secret
	if req.Key, err = config.EnvSecret(a.system.Getenv, "APITOK_IMPERSONATION_KEY"); err != nil {
		return err
	}
	got, err := h.Impersonate(cmd.Context(), req, a.ledger())
	if err != nil {
		return err
	}
	if a.verbose {
		a.note("got " + routeWords(got))
	}
	return a.writeImpersonated(o, got.Exchanged)
}

// routeWords say how a token came, and how it was narrowed.
func routeWords(got apitok.Impersonated) string {
	words := wayWords(apitok.Legacy)
	if got.By == apitok.ByJWTGrant {
		words = wayWords(apitok.JWTGrant)
	}
	if got.Narrowed {
		words += ", and narrowed " + wayWords(got.Via)
	}
	return words
}

// writeImpersonated writes the access token; a refresh token has its place in JSON alone.
func (a *app) writeImpersonated(o impersonateOptions, got apitok.Exchanged) error {
	if o.out.token.format.value != "json" {
		return a.writeToken(o.out.token, got.Token)
	}
	return a.writeExchanged(o.out, got)
}

// ledger is where this machine writes down who acted as whom.
func (a *app) ledger() ledger.Ledger { return ledger.At(a.folders().State) }
