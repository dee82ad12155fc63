package cli

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/grant"
)

// loginClient keeps the secret only after the server took it, and of a key the path
// alone.
func (a *app) loginClient(ctx context.Context, s *config.Settings, h *apitok.Holder, o loginOptions) error {
	if o.key != "" {
		path, err := filepath.Abs(o.key)
		if err != nil {
			return err
		}
		s.Login.Key = path
		_, err = keySignIn(*s, h).Token(ctx)
		return err
	}
	secret, err := a.secret(ctx, "--client-secret-file", o.secretFile, "APITOK_LOGIN_CLIENT_SECRET", "Secret of "+o.clientID)
	if err != nil {
		return err
	}
	if _, err := apitok.ClientSignIn(s.LoginRealm(), o.clientID, secret, h.HTTP, h.Now).Token(ctx); err != nil {
		return err
	}
	return h.Store.Put(ctx, s.LoginRealm().LoginItem(o.clientID), secret, time.Time{})
}

// keySignIn signs in with the key that the profile names.
func keySignIn(s config.Settings, h *apitok.Holder) *apitok.SignIn {
	return apitok.KeySignIn(s.LoginRealm(), s.Login.ClientID, func() (grant.PrivateKey, error) {
		text, err := os.ReadFile(s.Login.Key)
		if err != nil {
			return grant.PrivateKey{}, &apitok.Error{Kind: apitok.Failed, Message: "reading the key failed", Cause: err}
		}
		key, err := grant.ParsePrivateKey(text)
		if err != nil {
			return grant.PrivateKey{}, &apitok.Error{Kind: apitok.Usage, Message: s.Login.Key + " is of no use", Cause: err,
				Hint: "openssl genpkey -algorithm ed25519 makes a key"}
		}
		return key, nil
	}, h.HTTP, h.Now)
}

func (a *app) loginPassword(ctx context.Context, s config.Settings, h *apitok.Holder, o loginOptions) error {
	password, err := a.secret(ctx, "--password-file", o.passwordFile, "APITOK_LOGIN_PASSWORD", "Password of "+o.username)
	if err != nil {
		return err
	}
	return session(s, h).WithPassword(ctx, password)
}
