// Package config keeps the profiles of this machine, in config.yaml in apitok's
// folder under the XDG config directory, and works out the settings of a run:
// a flag goes before an environment variable, and that before the profile.
//
// The file never holds a secret.
package config

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// A Profile is a realm and how this machine signs in to it.
type Profile struct {
	// Server is the server's base address, Realm the realm's name.
	Server string `yaml:"server"`
	Realm  string `yaml:"realm"`
	// CAFile names a PEM file of the certificate authorities to trust.
	CAFile string `yaml:"ca_file,omitempty"`
	// InsecureHTTP allows http to a host that is not this machine.
	InsecureHTTP bool `yaml:"insecure_http,omitempty"`
	// MaxExpiry is the longest that a credential may live, such as 90d; "" sets no
	// limit.
	MaxExpiry string `yaml:"max_expiry,omitempty"`
	// Store is the kind of place where secrets rest, Cache that of cached tokens; ""
	// is auto, and the same as Store.
	Store string `yaml:"store,omitempty"`
	Cache string `yaml:"cache,omitempty"`
	// AgeIdentity names a file with the age identities that the store file is
	// sealed with; "" seals it with a passphrase.
	AgeIdentity string `yaml:"age_identity,omitempty"`
	// Login says who signs in; zero when nobody has.
	Login Login `yaml:"login,omitempty"`
}

// A Login says which account signs in. Either ClientID or Username is set.
type Login struct {
	// Realm is the realm that the account belongs to.
	Realm string `yaml:"realm,omitempty"`
	// ClientID is a confidential client's id.
	ClientID string `yaml:"client_id,omitempty"`
	// Key names the PEM file of the key that the client signs in with, "" where the
	// store holds its secret.
	Key string `yaml:"key,omitempty"`
	// Username is a person's.
	Username string `yaml:"username,omitempty"`
	// Via is the public client that people sign in with, "" for the usual one.
	Via string `yaml:"via,omitempty"`
}

// Account returns the name of the account, "" when nobody signed in.
func (l Login) Account() string {
	if l.ClientID != "" {
		return l.ClientID
	}
	return l.Username
}

// A File is the content of config.yaml.
type File struct {
	// Current names the profile in use when no other is asked for.
	Current string `yaml:"current,omitempty"`
	// Profiles holds the profiles by name.
	Profiles map[string]Profile `yaml:"profiles,omitempty"`
}

// Load reads the file; one that does not exist, or a path that is "", is empty.
func Load(path string) (File, error) {
	f := File{Profiles: map[string]Profile{}}
	if path == "" {
		return f, nil
	}
	// Whoever can write to it can send secrets to a server of their own.
	if err := atomicfile.Trust(path); err != nil {
		return f, &apitok.Error{Kind: apitok.Failed, Message: "the profiles are not safe to use", Cause: err,
			Hint: "see that they are right, then let nobody else write to them: chmod go-w"}
	}
	b, err := os.ReadFile(path) //nolint:gosec // the user's own folder
	// Users without a home folder have /dev/null for one.
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return f, nil
	}
	if err != nil {
		return f, &apitok.Error{Kind: apitok.Failed, Message: "reading the profiles failed", Cause: err}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return f, &apitok.Error{Kind: apitok.Failed, Message: path + " cannot be read", Cause: err, Hint: "mend it, or delete it and add the profiles again"}
	}
	if f.Profiles == nil {
		f.Profiles = map[string]Profile{}
	}
	return f, nil
}

// turn is how long it is waited for a process that changes the profiles, which takes it a
// moment.
const turn = 10 * time.Second

// Change reads the file, lets edit change it and writes it back, while no other
// process does. Nothing is written when edit fails.
func Change(ctx context.Context, path string, edit func(*File) error) error {
	if path == "" {
		return &apitok.Error{Kind: apitok.Failed, Message: "this machine has no home folder for profiles",
			Hint: "set APITOK_SERVER and APITOK_REALM instead"}
	}
	unlock, err := atomicfile.LockWithin(ctx, filepath.Join(filepath.Dir(path), ".config.lock"), turn)
	if busy := new(atomicfile.BusyError); errors.As(err, &busy) {
		return &apitok.Error{Kind: apitok.Unavailable, Message: busy.Error(), Hint: "if it hangs, fuser or lsof tell which process it is, to be ended"}
	}
	if err != nil {
		return &apitok.Error{Kind: apitok.Failed, Message: "locking the profiles failed", Cause: err}
	}
	defer unlock()
	f, err := Load(path)
	if err != nil {
		return err
	}
	if err := edit(&f); err != nil {
		return err
	}
	b, err := yaml.Marshal(f)
	if err == nil {
		err = atomicfile.Write(linked(path), b)
	}
	if err != nil {
		return &apitok.Error{Kind: apitok.Failed, Message: "writing the profiles failed", Cause: err}
	}
	return nil
}

// linked follows a symbolic link, so that the file it leads to is written and not
// the link replaced.
func linked(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// Get returns a profile: NotFound when there is none of that name.
func (f File) Get(name string) (Profile, error) {
	p, ok := f.Profiles[name]
	if !ok {
		return Profile{}, &apitok.Error{Kind: apitok.NotFound, Message: "there is no profile " + name,
			Hint: "apitok profile list shows those that exist, apitok profile add makes one"}
	}
	return p, nil
}
