package apitok

import (
	"context"
	"encoding/json"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

// sessionToken is what the store keeps of a session's access token.
type sessionToken struct {
	AccessToken string    `json:"access_token"`
	ExpiresAt   time.Time `json:"expires_at"`
}

// tokenItem names the session's access token. No credential's client id has a space, so
// it is never taken for a token of one.
func (s Session) tokenItem() Item { return tokenItem(s.Realm, "login "+s.Username, nil, nil) }

// cached returns the access token that the store keeps, if it lives long enough. One
// that cannot be read is as good as none.
func (s Session) cached(ctx context.Context) (token grant.Token, found bool, err error) {
	text, err := s.Store.Get(ctx, s.tokenItem())
	if NotFound.Is(err) {
		return grant.Token{}, false, nil
	}
	if err != nil {
		return grant.Token{}, false, err
	}
	var kept sessionToken
	readable := json.Unmarshal([]byte(text.Reveal()), &kept) == nil
	if !readable || kept.ExpiresAt.Sub(s.Now()) < loginLeeway {
		return grant.Token{}, false, nil
	}
	return grant.Token{AccessToken: NewSecret(kept.AccessToken), Expiry: kept.ExpiresAt}, true, nil
}

// cache keeps the access token. The session goes on without, so this is no failure.
func (s Session) cache(ctx context.Context, token grant.Token) {
	b, err := json.Marshal(sessionToken{AccessToken: token.AccessToken.Reveal(), ExpiresAt: token.Expiry})
	if err == nil {
		err = s.Store.Put(ctx, s.tokenItem(), NewSecret(string(b)), token.Expiry)
	}
	if err != nil {
		s.Note("the token of the session is not cached: " + err.Error())
	}
}
