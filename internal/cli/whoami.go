package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) whoamiCommand() *cobra.Command {
	var f format
	cmd := &cobra.Command{
		Use:   "whoami",
		Short: "Show who is signed in and what they may do",
		Long: `Show the server, the realm, who is signed in and how, when the session ends, where
secrets rest on this machine, which verbs the account may run by its Keycloak roles, and
the personal keys of whoever signed in. Of setup impersonation it is the way jwt-grant that
the account may take. It asks the server, so it also tells whether the sign-in still holds: exit
code 4 if it does not.`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			answer, err := a.whoami(cmd.Context())
			if err != nil {
				return err
			}
			if f.value == "json" {
				return output.JSON(a.system.Stdout, answer)
			}
			return a.whoamiDetails(answer)
		}),
	}
	addFormat(cmd, &f, "text", "json")
	return cmd
}

// A whoamiAnswer is the JSON of who is signed in.
type whoamiAnswer struct {
	Profile          *string    `json:"profile"`
	Server           string     `json:"server"`
	Realm            string     `json:"realm"`
	Account          string     `json:"account"`
	LoginRealm       string     `json:"login_realm"`
	SignedInBy       string     `json:"signed_in_by"`
	SignedInVia      *string    `json:"signed_in_via"`
	SessionExpiresAt *time.Time `json:"session_expires_at"`
	SecretsIn        string     `json:"secrets_in"`
	May              []string   `json:"may"`
	// PersonalKeys are the names of those that work; null where there is no person, or
	// they may not see them.
	PersonalKeys []string `json:"personal_keys"`
}

func (a *app) whoami(ctx context.Context) (whoamiAnswer, error) {
	s, err := a.settings()
	if err != nil {
		return whoamiAnswer{}, err
	}
	h, err := a.holder(s)
	if err != nil {
		return whoamiAnswer{}, err
	}
	in, err := signIn(s, h)
	if err != nil {
		return whoamiAnswer{}, err
	}
	if _, err := in.Token(ctx); err != nil {
		return whoamiAnswer{}, err
	}
	has, err := adminOf(s, h, in).Directory.Access(ctx)
	if err != nil {
		return whoamiAnswer{}, err
	}
	w := whoamiAnswer{
		Profile: output.OrNull(s.Profile), Server: s.Realm.Server, Realm: s.Realm.Name, Account: s.Login.Account(),
		LoginRealm: s.LoginRealm().Name, SecretsIn: h.Store.Name(), May: apitok.May(has),
	}
	switch {
	case s.Login.ClientID == "":
		way, via, ends, err := session(s, h).Kept(ctx)
		if err != nil {
			return whoamiAnswer{}, err
		}
		w.SignedInBy, w.SignedInVia, w.SessionExpiresAt = string(way), output.OrNull(via), output.OrNull(ends.UTC().Truncate(time.Second))
		if err := a.personalOf(ctx, s, &w); err != nil {
			return whoamiAnswer{}, err
		}
	case !s.LoginSecret.IsZero():
		w.SignedInBy = "environment"
	case s.Login.Key != "":
		w.SignedInBy, w.SignedInVia = "key", output.OrNull(s.Login.Key)
	default:
		w.SignedInBy = "secret"
	}
	return w, nil
}

// personalOf adds the names of the keys that work of whoever signed in, and that they may
// make more; nothing where they are of another realm, or may not see their own sessions.
func (a *app) personalOf(ctx context.Context, s config.Settings, w *whoamiAnswer) error {
	if self(s) == "" {
		return nil
	}
	person, err := a.person(s)
	if err != nil {
		return err
	}
	mints, err := person.Mints(ctx)
	if err != nil {
		return err
	}
	if mints {
		w.May = append(w.May, "create --personal")
	}
	keys, err := person.Keys(ctx)
	if apitok.Denied.Is(err) {
		return nil
	}
	w.PersonalKeys = []string{}
	for _, key := range keys {
		if !key.Ended {
			w.PersonalKeys = append(w.PersonalKeys, key.Name)
		}
	}
	return err
}

func (a *app) whoamiDetails(w whoamiAnswer) error {
	profile, via, ends := "", "", ""
	if w.Profile != nil {
		profile = *w.Profile
	}
	if w.SignedInVia != nil {
		via = *w.SignedInVia
	}
	if w.SessionExpiresAt != nil {
		ends = output.Time(*w.SessionExpiresAt, "")
	}
	return a.fields([][2]string{
		{"account", w.Account}, {"of realm", w.LoginRealm}, {"profile", profile}, {"server", w.Server}, {"realm", w.Realm},
		{"signed in by", w.SignedInBy}, {"via", via}, {"session ends", ends}, {"secrets in", w.SecretsIn},
		{"may", strings.Join(w.May, ", ")}, {"personal keys", strings.Join(w.PersonalKeys, ", ")},
	})
}
