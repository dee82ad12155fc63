package apitok

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// DefaultMinValidity is how long a cached token must still live to be used.
const DefaultMinValidity = 30 * time.Second

// A TokenRequest says which token is wanted.
type TokenRequest struct {
	// Ref names the credential. It is not used when ClientID is set.
	Ref Ref
	// ClientID and Secret name a client that the caller knows the secret of; the
	// store then has no part in it.
	ClientID string
	Secret   Secret
	// Scopes are the scopes to ask for beyond the client's default.
	Scopes []string
	// Audiences must be in the token: each one's client scope is asked for, and
	// the token is looked at.
	Audiences []string
	// MinValidity is how long the token must still live.
	MinValidity time.Duration
	// NoCache neither reads nor writes the cache.
	NoCache bool
	// Force asks the server though the cache has a token.
	Force bool
}

// A Token is an access token.
type Token struct {
	AccessToken Secret
	// Type says how to present it, "Bearer" as a rule.
	Type string
	// ExpiresAt is its end by this machine's clock.
	ExpiresAt time.Time
	// Scope holds the scopes that were granted.
	Scope []string
}

// cachedToken is what the store keeps of a token, and of when its credential ends.
type cachedToken struct {
	AccessToken    string    `json:"access_token"`
	Type           string    `json:"token_type"`
	ExpiresAt      time.Time `json:"expires_at"`
	Scope          []string  `json:"scope,omitempty"`
	CredentialEnds time.Time `json:"credential_ends,omitzero"`
}

// Token returns an access token: from the cache while it has at least
// MinValidity to live, otherwise from the server. NotFound when this machine
// does not hold the secret, Denied when the credential has expired or the server
// refuses the secret, CheckFailed when an audience asked for is not in the token.
func (h *Holder) Token(ctx context.Context, req TokenRequest) (Token, error) {
	if req.ClientID != "" {
		return h.freshToken(ctx, req.ClientID, req.Secret, req)
	}
	item := tokenItem(h.Realm, req.Ref.ClientID(), req.Scopes, req.Audiences)
	if !req.NoCache && !req.Force {
		token, found, err := h.cached(ctx, req.Ref, item, req.MinValidity)
		if found || err != nil {
			return token, err
		}
	}
	kept, err := h.recall(ctx, req.Ref)
	if err != nil {
		return Token{}, err
	}
	if (Record{ExpiresAt: kept.ExpiresAt}).expired(h.Now()) {
		return Token{}, &Error{Kind: Denied, Message: req.Ref.String() + " expired on " + kept.ExpiresAt.Format(time.RFC3339),
			Hint: "an administrator can make a new one with apitok create"}
	}
	token, err := h.freshToken(ctx, req.Ref.ClientID(), NewSecret(kept.Secret), req)
	if Denied.Is(err) {
		token, err = h.afterRotation(ctx, kept, req, err)
	}
	if err != nil {
		return Token{}, err
	}
	if !req.NoCache {
		h.cache(ctx, item, token, kept.ExpiresAt)
	}
	h.warn(req.Ref.String(), kept.ExpiresAt)
	return token, nil
}

// afterRotation tries again with the secret that a rotation on this machine, under
// way just now, puts in the place of the refused one.
func (h *Holder) afterRotation(ctx context.Context, refused held, req TokenRequest, refusal error) (Token, error) {
	if err := h.alone(ctx, req.Ref, func() error { return nil }); err != nil {
		return Token{}, err
	}
	kept, err := h.recall(ctx, req.Ref)
	if err != nil {
		return Token{}, err
	}
	if kept.Secret == refused.Secret {
		return Token{}, refusal
	}
	return h.freshToken(ctx, req.Ref.ClientID(), NewSecret(kept.Secret), req)
}

// freshToken asks for the client scope of each audience. A client whose audience
// comes by another way has no such scope, so what counts is what the token says.
func (h *Holder) freshToken(ctx context.Context, clientID string, secret Secret, req TokenRequest) (Token, error) {
	scopes := slices.Clone(req.Scopes)
	for _, audience := range req.Audiences {
		scopes = append(scopes, audienceScope(audience))
	}
	got, err := h.fetch(ctx, clientID, secret, scopes)
	if isInvalidScope(err) && len(req.Audiences) > 0 {
		got, err = h.fetch(ctx, clientID, secret, req.Scopes)
	}
	if err != nil {
		return Token{}, err
	}
	if err := claimsIn(got.AccessToken).checkAudiences(req.Audiences); err != nil {
		return Token{}, err
	}
	return Token{AccessToken: got.AccessToken, Type: got.TokenType, ExpiresAt: got.Expiry, Scope: got.Scope}, nil
}

// cached returns the cached token if it lives long enough.
func (h *Holder) cached(ctx context.Context, ref Ref, item Item, minValidity time.Duration) (Token, bool, error) {
	text, err := h.Store.Get(ctx, item)
	if NotFound.Is(err) {
		return Token{}, false, nil
	}
	if err != nil {
		return Token{}, false, err
	}
	var c cachedToken
	if json.Unmarshal([]byte(text.Reveal()), &c) != nil || c.AccessToken == "" {
		return Token{}, false, &Error{Kind: StoreFailed, Message: "the cached token of " + item.Client + " cannot be read",
			Hint: "replace it with --force"}
	}
	if c.ExpiresAt.Sub(h.Now()) < minValidity {
		return Token{}, false, nil
	}
	h.warn(ref.String(), c.CredentialEnds)
	return Token{AccessToken: NewSecret(c.AccessToken), Type: c.Type, ExpiresAt: c.ExpiresAt, Scope: c.Scope}, true, nil
}

// lastDays is how long before a credential's end its use warns of it.
const lastDays = 7 * 24 * time.Hour

func (h *Holder) warn(name string, ends time.Time) {
	if !ends.IsZero() && ends.Sub(h.Now()) < lastDays {
		h.Note("warning: " + name + " expires on " + encodeTime(ends))
	}
}

// cache keeps a token until its end or its credential's. A token that cannot be
// kept is as good as one that can, so this is no failure.
func (h *Holder) cache(ctx context.Context, item Item, token Token, credentialEnds time.Time) {
	if token.ExpiresAt.IsZero() {
		return
	}
	ends := token.ExpiresAt
	if !credentialEnds.IsZero() && credentialEnds.Before(ends) {
		ends = credentialEnds
	}
	b, err := json.Marshal(cachedToken{AccessToken: token.AccessToken.Reveal(), Type: token.Type, ExpiresAt: ends, Scope: token.Scope, CredentialEnds: credentialEnds})
	if err == nil {
		err = h.Store.Put(ctx, item, NewSecret(string(b)), ends)
	}
	if err != nil {
		h.Note("the token is not cached: " + err.Error())
	}
}
