package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

type inspectOptions struct {
	req    apitok.InspectRequest
	as     string
	format format
}

func (a *app) inspectCommand() *cobra.Command {
	var o inspectOptions
	cmd := &cobra.Command{
		Use:   "inspect [OWNER/NAME | TOKEN | -]",
		Short: "Show what a token says and whether it holds",
		Long: `Show what a token is and says: who issued it, to whom, for whom, with which roles and
until when; and whether that holds. The token is read from stdin, with "Bearer " before
it or without. Of OWNER/NAME it is the one that apitok token hands out. As an argument
it can be read by every process of the machine.

The signature is checked with the keys of the realm in use. A token that names another
issuer is not believed and sent nowhere: --server and --realm say that you trust that
one. Without a realm the token is only read.

With --introspect the server is asked whether the token is active, which also tells
whether it was revoked. Keycloak says so only to a client that is in the token's
audience: the credential that --as names, or the client of APITOK_CLIENT_ID, or else
the credential that the token was given to. With --userinfo it is asked whom the token
is about; that takes a token with the scope openid.

Exit code 0: the token holds. 8: something does not, or nothing vouches for it, as for
refresh tokens, which only the server can read; all that is known is printed all the
same. 7: the keys cannot be fetched.`,
		Example: `  apitok token alice/ci | apitok inspect
  apitok inspect alice/ci --introspect --as alice/api
  wl-paste | apitok inspect -o json | jq .expires_at`,
		Args:              atMostOneArg,
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			return a.inspect(cmd, args, o)
		}),
	}
	f := cmd.Flags()
	f.BoolVar(&o.req.Introspect, "introspect", false, "ask the server whether the token is active")
	f.StringVar(&o.as, "as", "", "with --introspect: ask as this credential, OWNER/NAME")
	f.BoolVar(&o.req.UserInfo, "userinfo", false, "ask the server whom the token is about")
	addFormat(cmd, &o.format, "text", "json")
	if err := cmd.RegisterFlagCompletionFunc("as", a.completeStored); err != nil {
		panic(err) // the flag was just added
	}
	return cmd
}

func (a *app) inspect(cmd *cobra.Command, args []string, o inspectOptions) error {
	if o.as != "" && !o.req.Introspect {
		return usage(cmd, "--as goes with --introspect")
	}
	h, s, err := a.inspector()
	if err != nil {
		return err
	}
	if o.as != "" {
		if o.req.As, err = ref(o.as, s); err != nil {
			return err
		}
	} else {
		o.req.ClientID, o.req.Secret = s.ClientID, s.ClientSecret
	}
	if o.req.Token, err = a.inspected(cmd.Context(), args, h, s); err != nil {
		return err
	}
	token, err := h.Inspect(cmd.Context(), o.req)
	if apitok.Interrupted.Is(err) {
		return err
	}
	if failed := a.writeInspected(o.format, token); failed != nil {
		return failed
	}
	return errors.Join(doesNotHold(token), err)
}

// inspector is who looks at tokens: of no realm where none is named.
func (a *app) inspector() (*apitok.Holder, config.Settings, error) {
	file, err := a.profiles()
	if err != nil {
		return nil, config.Settings{}, err
	}
	if !config.NamesRealm(a.flags, a.system.Getenv, file) {
		return &apitok.Holder{Now: a.system.Now, Note: a.note}, config.Settings{}, nil
	}
	s, err := a.settings()
	if err != nil {
		return nil, s, err
	}
	h, err := a.holder(s)
	return h, s, err
}

// inspected gets the token in.
func (a *app) inspected(ctx context.Context, args []string, h *apitok.Holder, s config.Settings) (apitok.Secret, error) {
	switch {
	case len(args) == 0 || args[0] == "-":
		return a.pipedToken(ctx)
	case apitok.IsToken(args[0]):
		a.note("warning: others can read a token that is an argument, in the list of processes and in the shell's history: stdin is for it")
		return apitok.NewSecret(args[0]), nil
	case h.Realm == apitok.Realm{}:
		return apitok.Secret{}, noToken("what is named is no token, and no realm is named whose credential it could be")
	}
	r, err := ref(args[0], s)
	if err != nil {
		// It may be a token all the same, which is not to be repeated.
		return apitok.Secret{}, noToken("the argument is neither OWNER/NAME nor a token that can be read")
	}
	token, err := h.Token(ctx, apitok.TokenRequest{Ref: r})
	return token.AccessToken, err
}

func (a *app) pipedToken(ctx context.Context) (apitok.Secret, error) {
	if a.system.person() {
		return a.terminal().Secret(ctx, "Token")
	}
	if a.system.StdinTerminal {
		return apitok.Secret{}, noToken("no token was given")
	}
	return await(ctx, func() (apitok.Secret, error) {
		b, err := io.ReadAll(io.LimitReader(a.system.Stdin, apitok.MaxToken+1))
		switch {
		case err != nil:
			return apitok.Secret{}, noToken("no token was given")
		case len(b) > apitok.MaxToken:
			return apitok.Secret{}, noToken("more than 1 MiB was given, which is no token")
		}
		return tokenIn(string(b), noToken)
	})
}

// tokenIn finds the token in what was given for one, with the space, byte order mark or
// header that programs put around it; wrong makes an error of what was given instead.
func tokenIn(text string, wrong func(message string) error) (apitok.Secret, error) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	switch {
	case text == "":
		return apitok.Secret{}, wrong("no token was given")
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, `"`):
		return apitok.Secret{}, wrong("JSON was given: take the token out of it, as with jq -r .access_token")
	}
	return apitok.NewSecret(bare(text)), nil
}

// bare is a token without what stands before it in a request (RFC 6750 section 2.1).
func bare(text string) string {
	for _, before := range []string{"Authorization:", "Bearer ", "DPoP "} {
		if len(text) > len(before) && strings.EqualFold(text[:len(before)], before) {
			text = strings.TrimSpace(text[len(before):])
		}
	}
	return text
}

func noToken(message string) error {
	return &apitok.Error{Kind: apitok.Usage, Message: message, Hint: "give the token on stdin, or name a credential, OWNER/NAME"}
}

// doesNotHold says what does not hold of a token; nil when all does.
func doesNotHold(token apitok.Inspected) error {
	if len(token.Problems) == 0 {
		return nil
	}
	failed := &apitok.Error{Kind: apitok.CheckFailed}
	details := make([]string, len(token.Problems))
	for i, problem := range token.Problems {
		details[i] = problem.Detail
		failed.Hint = cmp.Or(failed.Hint, problem.Hint)
	}
	failed.Message = strings.Join(details, "; ")
	if !token.Holds() {
		failed.Message = "the token does not hold: " + failed.Message
	}
	return failed
}

func (a *app) writeInspected(f format, token apitok.Inspected) error {
	if f.value == "json" {
		return output.JSON(a.system.Stdout, output.InspectedOf(token))
	}
	return a.inspectedDetails(token)
}
