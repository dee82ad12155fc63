package cli

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/handover"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

type tokenOptions struct {
	req    apitok.TokenRequest
	format format
	host   string
	watch  bool
}

func (a *app) tokenCommand() *cobra.Command {
	var o tokenOptions
	cmd := &cobra.Command{
		Use:   "token [OWNER/NAME]",
		Short: "Print an access token",
		Long: `Print an access token of a credential whose secret this machine holds, and
nothing else. It is kept in the store until shortly before it expires.

NAME may be a key of your own too, which create --personal made. Its tokens are for the
scopes and audiences that it was made for: --scope and --audience demand some of these
and add none.

Without a name, the client is the one of APITOK_CLIENT_ID, with its secret in
APITOK_CLIENT_SECRET or in the file that APITOK_CLIENT_SECRET_FILE names, of the
realm in APITOK_SERVER and APITOK_REALM. This works in a bare container: it takes no
profile, no keyring and no home folder, and keeps nothing unless APITOK_CACHE says
where.

With -o it is written as others want it: header for curl -H @-, curl for curl -K -,
netrc for curl --netrc-file, kubectl as an exec credential plugin. With -o git or -o
docker it is a credential helper: what to do (get, store, erase; for docker also list)
comes as one more argument, and about which server on stdin. A token leaves this machine
only over https, and with --host only for that host. When git says that the server
refused the token, it is dropped and the next one is new.

With --watch it goes on and prints each new token, a line each, when the one before is
about to expire.`,
		Example: `  apitok token alice/ci -o header | curl -H @- https://orders.example.com/orders
  TOKEN=$(apitok token alice/ci)
  git config --global credential.https://git.example.com.helper '!apitok token alice/ci -o git'
  kubectl config set-credentials alice --exec-api-version client.authentication.k8s.io/v1 \
    --exec-interactive-mode Never --exec-command apitok --exec-arg token,alice/ci,-o,kubectl`,
		Args:              o.checkArgs,
		ValidArgsFunction: a.completeStored,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			return a.token(cmd, args, o)
		}),
	}
	addTokenFlags(cmd, &o.req)
	f := cmd.Flags()
	f.StringVar(&o.host, "host", "", "with -o netrc, git or docker: the token is for this host alone")
	f.BoolVar(&o.watch, "watch", false, "go on and print each new token ahead of the end of the one before")
	addFormat(cmd, &o.format, "raw", "header", "env", "json", "kubectl", "docker", "git", "netrc", "curl")
	complete(cmd, "host")
	return cmd
}

// addTokenFlags adds the flags that say which token is wanted.
func addTokenFlags(cmd *cobra.Command, req *apitok.TokenRequest) {
	f := cmd.Flags()
	f.StringArrayVar(&req.Scopes, "scope", nil, "ask for this scope too (repeatable)")
	f.StringArrayVar(&req.Audiences, "audience", nil, "the token must be for this audience (repeatable)")
	f.DurationVar(&req.MinValidity, "min-validity", 0, "how long the token must still live (30s, or less for short-lived tokens)")
	f.BoolVar(&req.NoCache, "no-cache", false, "neither use nor keep a cached token")
	f.BoolVar(&req.Force, "force", false, "fetch a new token and keep it")
}

// helper tells whether the format is that of a credential helper, which is told in a
// last argument what to do.
func (o *tokenOptions) helper() bool { return o.format.value == "git" || o.format.value == "docker" }

func (o *tokenOptions) checkArgs(cmd *cobra.Command, args []string) error {
	forHost := []string{"netrc", "git", "docker"}
	lines := []string{"raw", "header", "env", "json"}
	switch {
	case o.helper() && len(args) == 0:
		return usage(cmd, "what to do is missing: "+o.format.value+" says get, store or erase when it calls")
	case o.helper():
		args = args[:len(args)-1]
	case o.format.value == "netrc" && o.host == "":
		return usage(cmd, "-o netrc needs the host that the token is for: --host")
	}
	if o.req.MinValidity < 0 {
		return usage(cmd, "--min-validity is less than nothing")
	}
	if o.host != "" && !slices.Contains(forHost, o.format.value) {
		return usage(cmd, "--host goes with -o netrc, git or docker")
	}
	if o.watch && !slices.Contains(lines, o.format.value) {
		return usage(cmd, "--watch goes with -o raw, header, env or json")
	}
	return atMostOneArg(cmd, args)
}

func (a *app) token(cmd *cobra.Command, args []string, o tokenOptions) error {
	switch {
	case o.helper():
		last := len(args) - 1
		return a.tokenHelper(cmd, args[:last], args[last], o)
	case o.watch:
		return a.watchTokens(cmd, args, o)
	}
	token, err := a.oneToken(cmd, args, o.req)
	if err != nil {
		return err
	}
	return a.writeToken(o, token)
}

// oneToken gets the token of the credential that is named, or of that of the environment.
func (a *app) oneToken(cmd *cobra.Command, args []string, req apitok.TokenRequest) (apitok.Token, error) {
	h, req, err := a.tokenRequest(cmd, args, req)
	if err != nil {
		return apitok.Token{}, err
	}
	return h.Token(cmd.Context(), req)
}

// tokenRequest completes a request with the credential that is named, or that of the
// environment, and returns who can fulfil it.
func (a *app) tokenRequest(cmd *cobra.Command, args []string, req apitok.TokenRequest) (*apitok.Holder, apitok.TokenRequest, error) {
	if len(args) == 0 {
		return a.environmentRequest(cmd, req)
	}
	h, r, err := a.holderFor(args[0])
	req.Ref = r
	return h, req, err
}

func (a *app) environmentRequest(cmd *cobra.Command, req apitok.TokenRequest) (*apitok.Holder, apitok.TokenRequest, error) {
	s, err := a.settings()
	if err != nil {
		return nil, req, err
	}
	if s.ClientID == "" {
		return nil, req, usage(cmd, "OWNER/NAME is missing, and APITOK_CLIENT_ID is not set")
	}
	if s.ClientSecret.IsZero() {
		return nil, req, usage(cmd, "APITOK_CLIENT_ID is set, but neither APITOK_CLIENT_SECRET nor APITOK_CLIENT_SECRET_FILE is")
	}
	h, err := a.holder(s)
	if err != nil {
		return nil, req, err
	}
	if a.system.Getenv("APITOK_CACHE") == "" {
		h.Store = nil // nothing is kept of an environment that does not say where
	}
	req.ClientID, req.Secret = s.ClientID, s.ClientSecret
	return h, req, nil
}

// A tokenAnswer is the JSON of a token, in the words of RFC 6749 section 5.1.
type tokenAnswer struct {
	AccessToken string     `json:"access_token"`
	TokenType   string     `json:"token_type"`
	ExpiresAt   *time.Time `json:"expires_at"`
	Scope       []string   `json:"scope"`
}

func tokenAnswerOf(t apitok.Token) tokenAnswer {
	return tokenAnswer{AccessToken: t.AccessToken.Reveal(), TokenType: t.Type, Scope: append([]string{}, t.Scope...), ExpiresAt: inJSON(t.ExpiresAt)}
}

// inJSON is a moment as JSON answers have it: in whole seconds of UTC, null for none.
func inJSON(t time.Time) *time.Time { return output.OrNull(t.UTC().Truncate(time.Second)) }

func (a *app) writeToken(o tokenOptions, t apitok.Token) error {
	if o.format.value == "json" {
		write := output.JSON
		if o.watch {
			write = output.JSONLine
		}
		return write(a.system.Stdout, tokenAnswerOf(t))
	}
	line, err := a.tokenLine(o, t)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.system.Stdout, line)
	return err
}

func (a *app) tokenLine(o tokenOptions, t apitok.Token) (string, error) {
	token := t.AccessToken.Reveal()
	switch o.format.value {
	case "header":
		return handover.Header(t)
	case "env":
		return "APITOK_TOKEN=" + handover.ShellWord(token), nil
	case "kubectl":
		return handover.Kubectl(t, a.system.Getenv("KUBERNETES_EXEC_INFO"))
	case "curl":
		return handover.Curl(t)
	case "netrc":
		host, err := handover.ParseHost(o.host)
		if err != nil {
			return "", err
		}
		return handover.Netrc(t, host)
	}
	return token, nil
}
