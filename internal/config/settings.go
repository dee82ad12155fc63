package config

import (
	"cmp"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// Flags are what the command line says; empty where it says nothing.
type Flags struct {
	Profile, Server, Realm, CAFile string
	InsecureHTTP                   bool
}

// Settings say where a run goes and who it is.
type Settings struct {
	// Profile is the name of the profile, "" when none has a part in it.
	Profile string
	Realm   apitok.Realm
	CAFile  string
	// MaxExpiry is the longest that a credential may live; 0 sets no limit.
	MaxExpiry time.Duration
	// Store, Cache and AgeIdentity are as in a profile.
	Store, Cache, AgeIdentity string
	// Login is the account that signs in, LoginSecret its secret where the
	// environment gives one.
	Login       Login
	LoginSecret apitok.Secret
	// ClientID and ClientSecret are a credential that the environment gives.
	ClientID     string
	ClientSecret apitok.Secret
}

// LoginRealm returns the realm that the account belongs to.
func (s Settings) LoginRealm() apitok.Realm {
	return apitok.Realm{Server: s.Realm.Server, Name: cmp.Or(s.Login.Realm, s.Realm.Name)}
}

// InTheClear tells that secrets travel to another machine by http.
func (s Settings) InTheClear() bool {
	u, err := url.Parse(s.Realm.Server)
	return err == nil && u.Scheme == "http" && !loopback(u.Hostname())
}

// Resolve works out the settings of a run. A missing server or realm is an error
// of kind Usage.
func Resolve(flags Flags, getenv func(string) string, file File) (Settings, error) {
	name := cmp.Or(flags.Profile, getenv("APITOK_PROFILE"))
	profile, err := chosen(file, name)
	if err != nil {
		return Settings{}, err
	}
	// What a profile allows, it allows to its own server.
	address := cmp.Or(flags.Server, getenv("APITOK_SERVER"), profile.Server)
	insecure := flags.InsecureHTTP || profile.InsecureHTTP && address == profile.Server
	if text := getenv("APITOK_INSECURE_HTTP"); text != "" {
		yes, err := strconv.ParseBool(text)
		if err != nil {
			return Settings{}, &apitok.Error{Kind: apitok.Usage, Message: "APITOK_INSECURE_HTTP is neither true nor false"}
		}
		insecure = insecure || yes
	}
	server, err := Server(address, insecure)
	if err != nil {
		return Settings{}, err
	}
	s := StoreSettings(profile, getenv)
	s.Profile = cmp.Or(name, file.Current)
	s.Realm = apitok.Realm{Server: server, Name: cmp.Or(flags.Realm, getenv("APITOK_REALM"), profile.Realm)}
	s.CAFile = cmp.Or(flags.CAFile, getenv("APITOK_CA_FILE"), profile.CAFile)
	s.Login = profile.Login
	if s.Realm.Name == "" {
		return Settings{}, missing("no realm is named", "--realm", "APITOK_REALM")
	}
	if profile.MaxExpiry != "" {
		if s.MaxExpiry, err = apitok.ParseDuration(profile.MaxExpiry); err != nil {
			return Settings{}, err
		}
	}
	return s, s.fromEnvironment(getenv)
}

// NeedsNoProfile tells that flags and environment ask for no profile and say where a
// run goes.
func NeedsNoProfile(flags Flags, getenv func(string) string) bool {
	return cmp.Or(flags.Profile, getenv("APITOK_PROFILE")) == "" &&
		cmp.Or(flags.Server, getenv("APITOK_SERVER")) != "" && cmp.Or(flags.Realm, getenv("APITOK_REALM")) != ""
}

// NamesRealm tells whether anything says where a run goes: flags, environment or a
// profile. What they say may still be wrong.
func NamesRealm(flags Flags, getenv func(string) string, file File) bool {
	said := []string{flags.Profile, flags.Server, flags.Realm, getenv("APITOK_PROFILE"), getenv("APITOK_SERVER"), getenv("APITOK_REALM"), file.Current}
	return cmp.Or(said...) != ""
}

// StoreSettings are those settings of a run that say where secrets rest.
func StoreSettings(profile Profile, getenv func(string) string) Settings {
	return Settings{
		Store:       cmp.Or(getenv("APITOK_STORE"), profile.Store),
		Cache:       cmp.Or(getenv("APITOK_CACHE"), profile.Cache),
		AgeIdentity: cmp.Or(getenv("APITOK_AGE_IDENTITY_FILE"), profile.AgeIdentity),
	}
}

// fromEnvironment adds the accounts that the environment gives.
func (s *Settings) fromEnvironment(getenv func(string) string) (err error) {
	if id := getenv("APITOK_LOGIN_CLIENT_ID"); id != "" {
		s.Login = Login{Realm: getenv("APITOK_LOGIN_REALM"), ClientID: id}
		if s.LoginSecret, err = EnvSecret(getenv, "APITOK_LOGIN_CLIENT_SECRET"); err != nil {
			return err
		}
	}
	if id := getenv("APITOK_CLIENT_ID"); id != "" {
		s.ClientID = id
		s.ClientSecret, err = EnvSecret(getenv, "APITOK_CLIENT_SECRET")
	}
	return err
}

// EnvSecret returns the secret in a variable, or in the file that the variable
// with _FILE behind its name names; it is empty when neither is set.
func EnvSecret(getenv func(string) string, variable string) (apitok.Secret, error) {
	text, path := getenv(variable), getenv(variable+"_FILE")
	switch {
	case text != "" && path != "":
		return apitok.Secret{}, &apitok.Error{Kind: apitok.Usage, Message: variable + " and " + variable + "_FILE are both set", Hint: "unset one"}
	case path != "":
		return FileSecret(path)
	}
	return apitok.NewSecret(text), nil
}

// FileSecret reads a secret from a file, less the newline at its end.
func FileSecret(path string) (apitok.Secret, error) {
	b, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if err != nil {
		return apitok.Secret{}, &apitok.Error{Kind: apitok.Failed, Message: "reading the file failed", Cause: err}
	}
	secret := apitok.NewSecret(TrimNewline(string(b)))
	if secret.IsZero() {
		return apitok.Secret{}, &apitok.Error{Kind: apitok.Usage, Message: path + " holds no secret"}
	}
	return secret, nil
}

// TrimNewline takes one line end off the end of text.
func TrimNewline(text string) string {
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
}

// chosen returns the profile of that name, or the current one, or an empty one
// when there is none.
func chosen(file File, name string) (Profile, error) {
	if name != "" {
		return file.Get(name)
	}
	if file.Current == "" {
		return Profile{}, nil
	}
	return file.Get(file.Current)
}

// Server checks a server's base address and returns it in the form that Keycloak
// builds an issuer from. http is for this machine only unless insecure says
// otherwise. Errors are of kind Usage.
func Server(text string, insecure bool) (string, error) {
	if text == "" {
		return "", missing("no server is named", "--server", "APITOK_SERVER")
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "", &apitok.Error{Kind: apitok.Usage, Message: strconv.Quote(text) + " is not the address of a server",
			Hint: "write it as https://keycloak.example.com"}
	}
	if u.Scheme == "http" && !insecure && !loopback(u.Hostname()) {
		return "", &apitok.Error{Kind: apitok.Usage, Message: "http to " + u.Host + " would send secrets in the clear",
			Hint: "use https, or say --insecure-http if the network between is safe"}
	}
	return u.Scheme + "://" + u.Host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

func missing(what, flag, variable string) error {
	return &apitok.Error{Kind: apitok.Usage, Message: what, Hint: "add a profile with apitok profile add, or give " + flag + " or " + variable}
}
