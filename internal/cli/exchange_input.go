package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/grant"
)

// A tokenInput says where a token comes from that is not an argument, and what it is.
type tokenInput struct {
	credential, file, variable string
	none                       bool
	kind                       string
}

func (in tokenInput) given() bool { return in.file != "" || in.variable != "" }

// inputToken reads a token: that of a credential, or from a file, the environment, a
// prompt or stdin. The flag is the one that names a file.
func (a *app) inputToken(cmd *cobra.Command, in tokenInput, flag, question string) (token apitok.Secret, kind grant.TokenType, err error) {
	if kind, err = tokenType(cmd, in.kind); err != nil || in.none {
		return apitok.Secret{}, kind, err
	}
	switch {
	case in.credential != "":
		token, err = a.credentialToken(cmd, in.credential)
	case in.variable != "":
		token, err = config.EnvSecret(a.system.Getenv, in.variable)
		if err == nil && token.IsZero() {
			err = usage(cmd, "the variable "+in.variable+" is not set")
		}
	default:
		token, err = a.secret(cmd.Context(), flag, in.file, "", question)
	}
	if err != nil || in.credential != "" || strings.Contains(in.kind, ":") {
		return token, kind, err // a token of a type of its own may look like anything
	}
	token, err = tokenIn(token.Reveal(), func(message string) error {
		return &apitok.Error{Kind: apitok.Usage, Message: message, Hint: "give the token on stdin, or name a file that holds it with " + flag}
	})
	return token, kind, err
}

// credentialToken returns an access token of a credential of this machine.
func (a *app) credentialToken(cmd *cobra.Command, name string) (apitok.Secret, error) {
	h, r, err := a.holderFor(name)
	if err != nil {
		return apitok.Secret{}, err
	}
	token, err := h.Token(cmd.Context(), apitok.TokenRequest{Ref: r})
	return token.AccessToken, err
}

// tokenType reads a type of token by its short name, or as the URI that it stands for.
func tokenType(cmd *cobra.Command, text string) (grant.TokenType, error) {
	switch text {
	case "":
		return "", nil
	case "access":
		return grant.AccessTokenType, nil
	case "refresh":
		return grant.RefreshTokenType, nil
	case "id":
		return grant.IDTokenType, nil
	case "jwt":
		return grant.JWTType, nil
	case "saml2":
		return grant.SAML2Type, nil
	}
	if strings.Contains(text, ":") {
		return grant.TokenType(text), nil
	}
	return "", usage(cmd, "a type of token is access, id, jwt, refresh, saml2, or a URI")
}
