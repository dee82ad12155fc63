package cli

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/grant"
)

type exchangeOptions struct {
	req            apitok.ExchangeRequest
	subject, actor tokenInput
	parameters     []string
	parameterFiles []string
	via, requested string
	token          tokenOptions
}

func (a *app) exchangeCommand() *cobra.Command {
	var o exchangeOptions
	cmd := &cobra.Command{
		Use:   "exchange [OWNER/NAME]",
		Short: "Trade one token for another",
		Long: `Trade a token, the subject token, for one that is for another audience, has other
scopes, is of another kind, or is about another user, as far as the server lets the
credential OWNER/NAME do so. Without a name, the client is the one of
APITOK_CLIENT_ID, as in apitok token.

The subject token comes from stdin, from --subject-file, from the variable that
--subject-env names, or is a token of a credential of this machine, --subject. It is
never an argument.

Keycloak has three ways. The standard exchange trades an access token of the realm for a
narrower one; a credential may use it after apitok edit OWNER/NAME --allow exchange. The
legacy exchange also takes and gives tokens of identity providers, acts as users that
are named, and gives offline tokens and SAML assertions; servers have it only where the
feature token-exchange is on. The JWT authorization grant takes a JWT of an identity
provider for the user who is linked to it. apitok takes the way that fits, unless --via
says which, and tells with --verbose.

What the server gives is looked at: a token that is for somebody else too, that has more
or fewer scopes than was asked for, or that is about somebody else, is revoked and not
printed, and the exit code is 8. Without --audience it may be for those that the subject
token is for. With --allow-wider a token that is for others too, or has more scopes, is
printed all the same, and a warning tells which. Nothing is cached.`,
		Example: `  apitok exchange alice/ci --audience orders-api < token
  apitok exchange alice/ci --subject alice/app --scope orders:read -o header
  apitok exchange alice/ci --subject-issuer github --subject-env GITHUB_TOKEN
  apitok exchange alice/ci --requested-issuer github < token`,
		Args:              o.checkArgs,
		ValidArgsFunction: a.completeStored,
		RunE:              verb(func(cmd *cobra.Command, args []string) error { return a.exchange(cmd, args, o) }),
	}
	o.addFlags(cmd)
	stored := func(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return a.completeStored(cmd, nil, word)
	}
	if err := cmd.RegisterFlagCompletionFunc("subject", stored); err != nil {
		panic(err) // the flag was just added
	}
	return cmd
}

func (o *exchangeOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.subject.credential, "subject", "", "the subject token is one of this credential, OWNER/NAME")
	f.StringVar(&o.subject.file, "subject-file", "", "file with the subject token; - is stdin")
	f.StringVar(&o.subject.variable, "subject-env", "", "variable with the subject token")
	f.BoolVar(&o.subject.none, "no-subject", false, "there is no subject token: act as the user of --requested-subject")
	f.StringVar(&o.subject.kind, "subject-token-type", "", "what it is: access, id, jwt, refresh, saml2, or a URI (found out)")
	f.StringVar(&o.req.SubjectIssuer, "subject-issuer", "", "the alias of the identity provider whose token it is")
	f.StringVar(&o.actor.file, "actor-token-file", "", "file with the token of whoever acts for the subject")
	f.StringVar(&o.actor.variable, "actor-token-env", "", "variable with it")
	f.StringVar(&o.actor.kind, "actor-token-type", "access", "what it is, as in --subject-token-type")
	f.StringArrayVar(&o.req.Audiences, "audience", nil, "the token is to be for this audience and no other (repeatable)")
	f.StringArrayVar(&o.req.Scopes, "scope", nil, "ask for this scope too (repeatable)")
	requested := choice{&o.requested, []string{"access", "refresh", "id", "saml2", "offline"}}
	o.requested = requested.values[0]
	f.Var(requested, "requested-token-type", "what the token is to be: "+strings.Join(requested.values, ", "))
	f.BoolVar(&o.req.AllowWider, "allow-wider", false, "print the token although it is for others too, or has other scopes too, and tell which")
	f.StringVar(&o.req.RequestedSubject, "requested-subject", "", "the token is to be about this user, by username or id")
	f.StringVar(&o.req.RequestedIssuer, "requested-issuer", "", "give the token that the realm keeps of the identity provider with this alias")
	f.StringArrayVar(&o.parameters, "param", nil, "send this too, NAME=VALUE, for an exchange of the server's own (repeatable)")
	f.StringArrayVar(&o.parameterFiles, "param-file", nil, "send this too, NAME=FILE with the file that its value is in; - is stdin (repeatable)")
	via := choice{&o.via, []string{string(apitok.Standard), string(apitok.Legacy), string(apitok.JWTGrant)}}
	f.Var(via, "via", "the way: "+strings.Join(via.values, ", ")+" (the one that fits)")
	f.StringVar(&o.token.host, "host", "", "with -o netrc: the token is for this host alone")
	addFormat(cmd, &o.token.format, "raw", "header", "env", "json", "kubectl", "netrc", "curl")
	complete(cmd, "requested-token-type", requested.values...)
	complete(cmd, "via", via.values...)
	for _, flag := range []string{"subject-env", "subject-issuer", "actor-token-env", "audience", "scope", "requested-subject", "requested-issuer", "param", "host"} {
		complete(cmd, flag)
	}
	complete(cmd, "subject-token-type", "access", "id", "jwt", "refresh", "saml2")
	complete(cmd, "actor-token-type", "access", "id", "jwt", "refresh", "saml2")
	cmd.MarkFlagsMutuallyExclusive("subject", "subject-file", "subject-env", "no-subject")
	cmd.MarkFlagsMutuallyExclusive("actor-token-file", "actor-token-env")
}

func (o *exchangeOptions) checkArgs(cmd *cobra.Command, args []string) error {
	if slices.ContainsFunc(args, apitok.IsToken) {
		return usage(cmd, "an argument is a token: others can read it there")
	}
	if err := o.notEmpty(cmd); err != nil {
		return err
	}
	anyToken := []string{"raw", "env", "json"}
	if o.requested != "access" && !slices.Contains(anyToken, o.token.format.value) {
		return usage(cmd, "only an access token is written as "+o.token.format.value+": another goes with -o raw, env or json")
	}
	return o.token.checkArgs(cmd, args)
}

// notEmpty demands a value of the flags that say what the token is of, about and for: without
// one, which a variable that is not set leaves, it would be of, about or for others.
func (o *exchangeOptions) notEmpty(cmd *cobra.Command) error {
	for _, name := range []string{"subject", "subject-file", "subject-env", "subject-issuer", "requested-subject", "requested-issuer"} {
		if f := cmd.Flags().Lookup(name); f.Changed && f.Value.String() == "" {
			return usage(cmd, "--"+name+" is empty")
		}
	}
	if slices.Contains(o.req.Audiences, "") {
		return usage(cmd, "--audience is empty")
	}
	return nil
}

func (a *app) exchange(cmd *cobra.Command, args []string, o exchangeOptions) error {
	h, asked, err := a.tokenRequest(cmd, args, apitok.TokenRequest{})
	if err != nil {
		return err
	}
	if asked.ClientID == "" {
		hint := "apitok exchange OWNER/NAME --subject " + asked.Ref.String() + " has a credential exchange the key's token"
		if err := unlessPersonal(cmd.Context(), h, asked.Ref, "exchange tokens", hint); err != nil {
			return err
		}
	}
	req := o.req
	req.Ref, req.ClientID, req.Secret = asked.Ref, asked.ClientID, asked.Secret
	req.Via, req.Requested = apitok.Route(o.via), apitok.RequestedToken(o.requested)
	if req.Parameters, err = a.parameters(cmd, o.parameters, o.parameterFiles); err != nil {
		return err
	}
	if req.Subject, req.SubjectType, err = a.inputToken(cmd, o.subject, "--subject-file", "Subject token"); err != nil {
		return err
	}
	if o.actor.given() {
		if req.Actor, req.ActorType, err = a.inputToken(cmd, o.actor, "--actor-token-file", "Actor token"); err != nil {
			return err
		}
	}
	got, err := h.Exchange(cmd.Context(), req)
	if err != nil {
		return err
	}
	if a.verbose {
		a.note("exchanged " + wayWords(got.Via))
	}
	return a.writeExchanged(o, got)
}

func wayWords(via apitok.Route) string {
	switch via {
	case apitok.Standard:
		return "by the standard token exchange"
	case apitok.Legacy:
		return "by the legacy token exchange"
	case apitok.JWTGrant:
		return "by the JWT authorization grant"
	}
	return "by token exchange; the token does not tell whether the standard or the legacy one"
}

// parameters reads NAME=VALUE, and NAME=FILE for values that no process list is to show.
func (a *app) parameters(cmd *cobra.Command, list, files []string) (url.Values, error) {
	values := url.Values{}
	for _, text := range list {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, usage(cmd, "--param is written NAME=VALUE")
		}
		values.Add(name, value)
	}
	for _, text := range files {
		name, file, _ := strings.Cut(text, "=")
		if name == "" || file == "" {
			return nil, usage(cmd, "--param-file is written NAME=FILE")
		}
		value, err := a.secret(cmd.Context(), "--param-file", file, "", "")
		if err != nil {
			return nil, err
		}
		values.Add(name, value.Reveal())
	}
	return values, nil
}

// An exchangeAnswer is the JSON of a token, in the words of RFC 8693 section 2.2.1.
type exchangeAnswer struct {
	tokenAnswer
	// IssuedTokenType is null where the server does not say.
	IssuedTokenType  *grant.TokenType `json:"issued_token_type"`
	RefreshToken     string           `json:"refresh_token,omitempty"`
	RefreshExpiresAt *time.Time       `json:"refresh_expires_at,omitempty"`
}

func (a *app) writeExchanged(o exchangeOptions, got apitok.Exchanged) error {
	if o.token.format.value == "json" {
		return output.JSON(a.system.Stdout, exchangeAnswer{
			tokenAnswer: tokenAnswerOf(got.Token), IssuedTokenType: output.OrNull(got.IssuedType),
			RefreshToken: got.RefreshToken.Reveal(), RefreshExpiresAt: inJSON(got.RefreshEndsAt),
		})
	}
	token := got.Token
	token.AccessToken = got.Requested()
	return a.writeToken(o.token, token)
}
