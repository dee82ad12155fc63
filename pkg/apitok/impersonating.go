package apitok

import (
	"context"
	"errors"
	"strings"

	"github.com/apitok/apitok/pkg/grant"
)

// An impersonating is an impersonation under way.
type impersonating struct {
	h   *Holder
	req ImpersonateRequest
	via ImpersonationRoute
	// got are the tokens that the server gave, to be revoked if they must not be used.
	got []Secret
	// ids are their jti, in the order in which they came.
	ids []string
}

// token gets a token, looks at it, and narrows it.
func (i *impersonating) token(ctx context.Context) (Exchanged, error) {
	got, err := i.ask(ctx)
	if err == nil {
		err = i.verify(ctx, got)
	}
	if err == nil && len(i.req.Audiences) > 0 {
		got, err = i.narrow(ctx, got)
	}
	if err != nil {
		return Exchanged{}, takeBack(ctx, err, i.revoke)
	}
	return got, nil
}

// ask takes the route asked for, or the one that fits.
func (i *impersonating) ask(ctx context.Context) (Exchanged, error) {
	i.via = i.req.Via
	if i.via == ByJWTGrant || i.via == "" && !i.req.Refresh {
		key, err := i.key(ctx)
		if err == nil {
			i.via = ByJWTGrant
			return i.byAssertion(ctx, key)
		}
		if i.via == ByJWTGrant || !NotFound.Is(err) {
			return Exchanged{}, i.keyless(err)
		}
	}
	switch i.via {
	case ByExchangeV1:
		return i.byExchange(ctx, Secret{})
	case "":
		i.via = ByPermissionsV2
	}
	own, err := i.h.Token(ctx, TokenRequest{Ref: i.req.Ref, ClientID: i.req.ClientID, Secret: i.req.Secret, NoCache: true})
	if err != nil && i.req.Via == "" && hasNoServiceAccount(err) {
		i.via = ByExchangeV1
		return i.byExchange(ctx, Secret{})
	}
	if err != nil {
		return Exchanged{}, err
	}
	return i.byExchange(ctx, own.AccessToken)
}

// hasNoServiceAccount tells whether the server refused a client its own token because it
// has no account to give it for.
func hasNoServiceAccount(err error) bool {
	var refusal *grant.Error
	return errors.As(err, &refusal) && strings.Contains(refusal.Description, "service account")
}

// key is the client's key for the JWT grant; NotFound when there is none.
func (i *impersonating) key(ctx context.Context) (grant.PrivateKey, error) {
	if i.req.Key.IsZero() {
		return i.h.impersonationKey(ctx, i.req.client())
	}
	key, err := grant.ParsePrivateKey([]byte(i.req.Key.Reveal()))
	if err != nil {
		return grant.PrivateKey{}, &Error{Kind: Usage, Message: "the key for the JWT grant cannot be read", Cause: err}
	}
	return key, nil
}

// keyless says what there is to do where there is no key.
func (i *impersonating) keyless(err error) error {
	if !NotFound.Is(err) {
		return err
	}
	client := i.req.client()
	return &Error{Kind: NotFound, Message: "this machine has no key with which " + client + " could act as users", Hint: setupHint(client, i.req.User)}
}

// byAssertion signs that the client wants to act as the user.
func (i *impersonating) byAssertion(ctx context.Context, key grant.PrivateKey) (Exchanged, error) {
	public, err := key.JWK()
	if err != nil {
		return Exchanged{}, err
	}
	assertion, err := key.Sign(grant.Assertion{
		Issuer: assertionIssuer(i.h.Realm, i.req.client()), Subject: strings.ToLower(i.req.User), Audience: i.h.Realm.Issuer(), KeyID: public.KeyID,
	})
	if err != nil {
		return Exchanged{}, err
	}
	got, err := i.exchange(ctx, ExchangeRequest{Via: JWTGrant, Subject: assertion, Scopes: i.req.Scopes})
	return got, i.assertionRefused(err)
}

// assertionRefused says what a refusal of an assertion that is our own means.
func (i *impersonating) assertionRefused(err error) error {
	var refusal *grant.Error
	if !errors.As(err, &refusal) || refusal.Code != "invalid_grant" {
		return err
	}
	client := i.req.client()
	for says, means := range map[string]string{
		"User not found": client + " was not given the user " + quote(i.req.User),
		// Not the same as a client that may use the grant with other identity providers.
		"not supported for the requested client": client + " may not use the JWT authorization grant",
		"not allowed for the client":             client + " may not use the JWT authorization grant with its own key",
		"No Identity Provider":                   "the realm does not know the key of " + client,
		"Invalid signature":                      "the realm does not know the key of " + client,
	} {
		if strings.Contains(refusal.Description, says) {
			return &Error{Kind: Denied, Message: means, Cause: refusal, Hint: setupHint(client, i.req.User)}
		}
	}
	return err
}

func setupHint(client, user string) string {
	return "apitok setup impersonation --for " + client + " --add --users " + user + " gives it, on this machine and by an administrator"
}

// byExchange asks the legacy exchange for the user's token in the place of the client's own,
// or of none.
func (i *impersonating) byExchange(ctx context.Context, own Secret) (Exchanged, error) {
	return i.exchange(ctx, ExchangeRequest{Via: Legacy, Subject: own, RequestedSubject: i.req.User, Scopes: i.req.Scopes})
}

// narrow trades the token for one that is for the audiences alone. It comes last, for of a
// narrow one some servers do not tell that the user is an administrator.
func (i *impersonating) narrow(ctx context.Context, wide Exchanged) (Exchanged, error) {
	via := Standard
	if i.via == ByExchangeV1 {
		via = Legacy
	}
	got, err := i.exchange(ctx, ExchangeRequest{Via: via, Subject: wide.AccessToken, Audiences: i.req.Audiences, Scopes: i.req.Scopes})
	// Where the client may not use the standard exchange, the legacy one takes it up.
	var refusal *grant.Error
	if errors.As(err, &refusal) && (standardCannot(refusal.Description) || refusal.Code == "access_denied") {
		e := *AsError(err)
		e.Hint = "apitok setup impersonation --for " + i.req.client() + " --via " + string(i.via) + " --add --audience " + strings.Join(i.req.Audiences, " --audience ") +
			" lets it narrow tokens"
		return got, &e
	}
	return got, err
}

// exchange is Exchange as the client that asks, for what kind of token is wanted.
func (i *impersonating) exchange(ctx context.Context, x ExchangeRequest) (Exchanged, error) {
	x.Ref, x.ClientID, x.Secret, x.Requested = i.req.Ref, i.req.ClientID, i.req.Secret, AccessToken
	if i.req.Refresh {
		x.Requested = RefreshToken
	}
	got, err := (&exchange{ExchangeRequest: x, h: i.h}).run(ctx)
	if !got.AccessToken.IsZero() {
		i.ids = append(i.ids, tokenID(got.AccessToken))
	}
	if err != nil {
		return Exchanged{}, err
	}
	i.got = append(i.got, got.AccessToken)
	if !got.RefreshToken.IsZero() {
		i.got = append(i.got, got.RefreshToken) // ends the session
	}
	return got, nil
}

// tokenID returns the jti of a token (RFC 7519 section 4.1.7), by which the server's events
// name it.
func tokenID(token Secret) string {
	var claims struct {
		ID string `json:"jti"`
	}
	if !readClaims(token, &claims) {
		return ""
	}
	return claims.ID
}

// revoke ends the tokens that must not be used.
func (i *impersonating) revoke(ctx context.Context) error {
	secret := i.req.Secret
	if i.req.ClientID == "" {
		kept, err := i.h.recall(ctx, i.req.Ref)
		if err != nil {
			return err
		}
		secret = NewSecret(kept.Secret)
	}
	got := i.got
	i.got = nil
	return i.h.revoke(ctx, i.req.client(), secret, got)
}
