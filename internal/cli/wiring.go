package cli

import (
	"cmp"
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/prompt"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/flight"
	"github.com/apitok/apitok/pkg/grant"
	"github.com/apitok/apitok/pkg/keycloak"
	"github.com/apitok/apitok/pkg/transport"
)

// note says something that is no failure.
func (a *app) note(text string) { say(a.system.Stderr, text) }

func (a *app) folders() config.Folders { return config.FindFolders(a.system.Getenv) }

func (a *app) settings() (config.Settings, error) {
	file, err := a.profiles()
	if err != nil {
		return config.Settings{}, err
	}
	s, err := config.Resolve(a.flags, a.system.Getenv, file)
	if err == nil {
		_, err = a.store(s)
	}
	if err != nil {
		return config.Settings{}, err
	}
	return s, nil
}

// profiles reads the profiles. A container may run as a user who cannot look into the
// home folder that it names, which is no matter where none of them is needed.
func (a *app) profiles() (config.File, error) {
	file, err := config.Load(a.folders().Path())
	if errors.Is(err, fs.ErrPermission) && config.NeedsNoProfile(a.flags, a.system.Getenv) {
		a.note("warning: no profile is used: " + err.Error())
		return config.File{}, nil
	}
	return file, err
}

// flights is where processes meet that want the same token, whatever their profile.
func (a *app) flights() flight.Flights {
	if state := a.folders().State; state != "" {
		return flight.At(filepath.Join(state, "locks"))
	}
	return flight.Flights{}
}

func (a *app) client(s config.Settings) (*http.Client, error) {
	options := transport.Options{CAFile: s.CAFile, Timeout: a.timeout, Repeatable: grant.Repeatable}
	if a.verbose {
		options.Trace = a.system.Stderr
	}
	client, err := transport.New(options)
	if err != nil {
		return nil, &apitok.Error{Kind: apitok.Failed, Message: "cannot use the CA file", Cause: err}
	}
	return client, nil
}

// holder makes this machine a holder of the realm's credentials.
func (a *app) holder(s config.Settings) (*apitok.Holder, error) {
	client, err := a.client(s)
	if err != nil {
		return nil, err
	}
	store, err := a.store(s)
	if err != nil {
		return nil, err
	}
	return &apitok.Holder{Realm: s.Realm, Store: store, Flights: a.flights(), HTTP: client, Now: a.system.Now, Note: a.note}, nil
}

// session returns the person's sign-in that the settings name.
func session(s config.Settings, h *apitok.Holder) apitok.Session {
	return apitok.Session{Realm: s.LoginRealm(), Username: s.Login.Username, ClientID: cmp.Or(s.Login.Via, apitok.LoginClientID),
		Store: h.Store, HTTP: h.HTTP, Now: h.Now, Note: h.Note}
}

// signIn is how the settings say to sign in.
func signIn(s config.Settings, h *apitok.Holder) (*apitok.SignIn, error) {
	switch {
	case s.Login.Account() == "":
		return nil, &apitok.Error{Kind: apitok.Denied, Message: "not signed in",
			Hint: "run apitok login, or set APITOK_LOGIN_CLIENT_ID and APITOK_LOGIN_CLIENT_SECRET"}
	case s.Login.ClientID == "":
		return session(s, h).SignIn(), nil
	case !s.LoginSecret.IsZero():
		return apitok.ClientSignIn(s.LoginRealm(), s.Login.ClientID, s.LoginSecret, h.HTTP, h.Now), nil
	case s.Login.Key != "":
		return keySignIn(s, h), nil
	}
	return apitok.StoredClientSignIn(s.LoginRealm(), s.Login.ClientID, h.Store, h.HTTP, h.Now), nil
}

// admin signs in as the settings say.
func (a *app) admin(s config.Settings) (*apitok.Admin, error) {
	h, err := a.holder(s)
	if err != nil {
		return nil, err
	}
	in, err := signIn(s, h)
	if err != nil {
		return nil, err
	}
	return adminOf(s, h, in), nil
}

func adminOf(s config.Settings, h *apitok.Holder, in *apitok.SignIn) *apitok.Admin {
	return &apitok.Admin{Holder: *h, Directory: keycloak.New(s.Realm, h.HTTP, in.Token), By: s.Login.Account()}
}

// ref reads a credential's name. Without an owner it is that of the person who
// signed in, if it is one of this realm.
func ref(text string, s config.Settings) (apitok.Ref, error) {
	return apitok.ParseRef(text, self(s))
}

// self is the username of the person who signed in, "" for one of another realm.
func self(s config.Settings) string {
	if cmp.Or(s.Login.Realm, s.Realm.Name) != s.Realm.Name {
		return ""
	}
	return s.Login.Username
}

// named reads the settings and a credential's name.
func (a *app) named(text string) (config.Settings, apitok.Ref, error) {
	s, err := a.settings()
	if err != nil {
		return config.Settings{}, apitok.Ref{}, err
	}
	r, err := ref(text, s)
	return s, r, err
}

// realmAdmin is admin and settings together, for the verbs on many credentials.
func (a *app) realmAdmin() (*apitok.Admin, error) {
	s, err := a.settings()
	if err != nil {
		return nil, err
	}
	return a.admin(s)
}

// adminFor is admin and named together, for the verbs on one credential.
func (a *app) adminFor(text string) (*apitok.Admin, apitok.Ref, error) {
	s, r, err := a.named(text)
	if err != nil {
		return nil, apitok.Ref{}, err
	}
	admin, err := a.admin(s)
	return admin, r, err
}

// holderFor is holder and named together.
func (a *app) holderFor(text string) (*apitok.Holder, apitok.Ref, error) {
	s, r, err := a.named(text)
	if err != nil {
		return nil, apitok.Ref{}, err
	}
	h, err := a.holder(s)
	return h, r, err
}

func (a *app) terminal() prompt.Terminal {
	kind := a.system.Getenv("TERM")
	plain := kind == "" || kind == "dumb" || a.system.StderrWidth == 0
	return prompt.Terminal{In: a.system.Stdin, Out: a.system.Stderr, Plain: plain, Width: a.system.StderrWidth, Now: a.system.Now}
}
