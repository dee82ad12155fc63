package hot

import (
	"os"
	"syscall"
	"time"

	"github.com/apitok/apitok/pkg/cached"
	"github.com/apitok/apitok/pkg/kernelkeys"
	"github.com/apitok/apitok/pkg/secretservice"
)

// patience is how long the keyring may take here. A keyring that is slower is
// waited for by package keystore, which can say so.
const patience = 400 * time.Millisecond

// lastDays is how long before a credential's end package apitok warns of it.
const lastDays = 7 * 24 * 60 * 60

func init() {
	r, ok := parse(os.Args[1:])
	if !ok {
		return
	}
	place, key, ok := r.where()
	if !ok {
		return
	}
	KeepPrivate()
	text, ok := lookUp(place, key)
	if !ok {
		return
	}
	now := time.Now().Unix()
	token, ok := cached.Decode(text, key)
	if !ok || !token.Fresh(now) || token.CredentialEnds != 0 && token.CredentialEnds-now < lastDays {
		return
	}
	if r.output == "header" && (!plainWord(token.AccessToken) || !plainWord(token.Type)) {
		return
	}
	write(r.output, token)
}

// lookUp reads a token where package keystore puts it.
func lookUp(place, key string) (text string, ok bool) {
	switch place {
	case "", "auto", "keyring":
		text, err := secretservice.Get(secretservice.Address(), "apitok", key, patience)
		return text, err == nil
	case "kernel":
		value, err := kernelkeys.Read(key)
		return string(value), err == nil
	}
	return "", false
}

// where works out in which place the token rests, and under which key. An address that
// could not be a server's is the key of no token.
func (r request) where() (place, key string, ok bool) {
	e, ok := environment()
	if !ok {
		return "", "", false
	}
	name := first(r.profile, e.profile)
	p, ok := profileOf(name, first(r.server, e.server) != "" && first(r.realm, e.realm) != "")
	if !ok {
		return "", "", false
	}
	address, realm := first(r.server, e.server, p.server), first(r.realm, e.realm, p.realm)
	server, ok := server(address, r.insecure || e.insecure || p.insecure && address == p.server)
	if !ok || realm == "" {
		return "", "", false
	}
	self := ""
	if first(p.loginRealm, realm) == realm && !e.client {
		self = p.username
	}
	id, ok := clientID(r.name, self)
	store := first(e.store, p.store)
	if !ok || !kind(store) {
		return "", "", false
	}
	place = first(e.cache, p.cache, store)
	return place, cached.TokenKey(server, realm, id, r.scope, r.audience), true
}

// profileOf reads the profile of that name. Without a file there is none, which is
// right if the realm is known.
func profileOf(name string, known bool) (profile, bool) {
	path := configFile()
	if path == "" {
		return profile{}, name == "" && known
	}
	var file, folder syscall.Stat_t
	if err := syscall.Lstat(path, &file); err != nil {
		return profile{}, err == syscall.ENOENT && name == "" && known
	}
	if syscall.Lstat(path[:len(path)-len(configName)], &folder) != nil || !mine(&file, syscall.S_IFREG) || !mine(&folder, syscall.S_IFDIR) {
		return profile{}, false
	}
	text, err := os.ReadFile(path) //nolint:gosec // the user's own folder
	if err != nil {
		return profile{}, false
	}
	return read(string(text), name)
}

// mine tells whether a file is of that type and nobody but its user can have changed
// it. It is the strict part of [github.com/apitok/apitok/pkg/atomicfile.Trust]: what
// is a link or root's is looked at there.
func mine(file *syscall.Stat_t, kind uint32) bool {
	const groupWrites, othersWrite = 0o020, 0o002
	own := int(file.Uid) == os.Getuid()
	shared := file.Mode&groupWrites != 0 && file.Gid != file.Uid || file.Mode&othersWrite != 0
	return own && !shared && file.Mode&syscall.S_IFMT == kind
}

const configName = "/config.yaml"

// configFile returns the path that package config has for config.yaml.
func configFile() string {
	folder := os.Getenv("XDG_CONFIG_HOME")
	if folder == "" || folder[0] != '/' {
		home := os.Getenv("HOME")
		if home == "" {
			return ""
		}
		folder = home + "/.config"
	}
	return folder + "/apitok" + configName
}

// write prints the token and ends the program. Where not a byte could be written,
// package cli says why.
func write(output string, token cached.Token) {
	text := token.AccessToken + "\n"
	if output == "header" {
		text = "Authorization: " + token.Type + " " + text
	}
	// Package os would end the program without a word where nobody reads.
	for written := 0; written < len(text); {
		n, err := syscall.Write(syscall.Stdout, []byte(text[written:]))
		written += max(n, 0)
		switch {
		case err == nil || err == syscall.EINTR || written > 0 && err == syscall.EAGAIN:
		case written == 0:
			return
		default:
			os.Stderr.WriteString("error: writing the token failed: " + err.Error() + "\n") //nolint:errcheck // nobody is left to tell
			os.Exit(1)
		}
	}
	os.Exit(0)
}
