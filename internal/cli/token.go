package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) tokenCommand() *cobra.Command {
	var (
		f   format
		req apitok.TokenRequest
	)
	cmd := &cobra.Command{
		Use:   "token [OWNER/NAME]",
		Short: "Print an access token",
		Long: `Print an access token of a credential whose secret this machine holds, and
nothing else. It is kept in the keyring until shortly before it expires.

Without a name, the client is the one of APITOK_CLIENT_ID, with its secret in
APITOK_CLIENT_SECRET or in the file that APITOK_CLIENT_SECRET_FILE names, of the
realm in APITOK_SERVER and APITOK_REALM. This works in a bare container: it takes no
profile, no keyring and no home folder, and keeps nothing.`,
		Example: `  apitok token alice/ci -o header | curl -H @- https://orders.example.com/orders
  TOKEN=$(apitok token alice/ci)`,
		Args:              atMostOneArg,
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			token, err := a.token(cmd, args, req)
			if err != nil {
				return err
			}
			return a.writeToken(f, token)
		}),
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&req.Scopes, "scope", nil, "ask for this scope too (repeatable)")
	fl.StringArrayVar(&req.Audiences, "audience", nil, "the token must be for this audience (repeatable)")
	fl.DurationVar(&req.MinValidity, "min-validity", 0, "how long the token must still live (30s, or less for short-lived tokens)")
	fl.BoolVar(&req.NoCache, "no-cache", false, "neither use nor keep a cached token")
	fl.BoolVar(&req.Force, "force", false, "fetch a new token and keep it")
	addFormat(cmd, &f, "raw", "header", "env", "json")
	return cmd
}

func (a *app) token(cmd *cobra.Command, args []string, req apitok.TokenRequest) (apitok.Token, error) {
	if len(args) == 0 {
		return a.environmentToken(cmd, req)
	}
	h, r, err := a.holderFor(args[0])
	if err != nil {
		return apitok.Token{}, err
	}
	req.Ref = r
	return h.Token(cmd.Context(), req)
}

func (a *app) environmentToken(cmd *cobra.Command, req apitok.TokenRequest) (apitok.Token, error) {
	s, err := a.settings()
	if err != nil {
		return apitok.Token{}, err
	}
	if s.ClientID == "" {
		return apitok.Token{}, usage(cmd, "OWNER/NAME is missing, and APITOK_CLIENT_ID is not set")
	}
	if s.ClientSecret.IsZero() {
		return apitok.Token{}, usage(cmd, "APITOK_CLIENT_ID is set, but neither APITOK_CLIENT_SECRET nor APITOK_CLIENT_SECRET_FILE is")
	}
	client, err := a.client(s)
	if err != nil {
		return apitok.Token{}, err
	}
	h := &apitok.Holder{Realm: s.Realm, HTTP: client, Now: a.system.Now, Note: a.note}
	req.ClientID, req.Secret = s.ClientID, s.ClientSecret
	return h.Token(cmd.Context(), req)
}

// A tokenAnswer is the JSON of a token, in the words of RFC 6749 section 5.1.
type tokenAnswer struct {
	AccessToken string     `json:"access_token"`
	TokenType   string     `json:"token_type"`
	ExpiresAt   *time.Time `json:"expires_at"`
	Scope       []string   `json:"scope"`
}

func (a *app) writeToken(f format, t apitok.Token) error {
	token := t.AccessToken.Reveal()
	var err error
	switch f.value {
	case "header":
		_, err = fmt.Fprintf(a.system.Stdout, "Authorization: %s %s\n", t.Type, token)
	case "env":
		_, err = fmt.Fprintf(a.system.Stdout, "APITOK_TOKEN=%s\n", shellWord(token))
	case "json":
		err = output.JSON(a.system.Stdout, tokenAnswer{
			AccessToken: token, TokenType: t.Type, Scope: append([]string{}, t.Scope...),
			ExpiresAt: output.OrNull(t.ExpiresAt.UTC().Truncate(time.Second)),
		})
	default:
		_, err = fmt.Fprintln(a.system.Stdout, token)
	}
	return err
}
