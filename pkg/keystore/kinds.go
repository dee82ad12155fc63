package keystore

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// A Kind is a kind of place, by the name that a profile has for it.
type Kind string

// The kinds of places.
const (
	// Auto is the keyring where a Secret Service answers. Where none does, secrets
	// are refused and tokens not cached.
	Auto Kind = "auto"
	// Keyring is the Secret Service on Linux, the Keychain on macOS, the
	// Credential Manager on Windows.
	Keyring Kind = "keyring"
	// Kernel is the keyring of the user in the kernel of Linux.
	Kernel Kind = "kernel"
	// File is a folder of files that are sealed with age.
	File Kind = "file"
	// Plaintext is a folder of files that are not.
	Plaintext Kind = "file-plaintext"
	// Env keeps nothing: secrets come from the environment.
	Env Kind = "env"
	// None keeps nothing.
	None Kind = "none"
)

// Kinds returns all kinds, in the order in which to name them.
func Kinds() []Kind { return []Kind{Auto, Keyring, Kernel, File, Plaintext, Env, None} }

// Places returns the kinds of which each is a place of its own.
func Places() []Kind { return []Kind{Keyring, Kernel, File, Plaintext} }

// keeps tells whether anything can be kept there.
func (k Kind) keeps() bool { return k != Env && k != None }

// label names a place in a sentence.
func (k Kind) label() string {
	return map[Kind]string{Keyring: "the keyring", Kernel: "the kernel's keyring", File: "the file store",
		Plaintext: "the plaintext file store", Env: "the environment", None: "no store"}[k]
}

// empty is the error of a place that does not hold an item and need not.
func (k Kind) empty() error {
	return &apitok.Error{Kind: apitok.NotFound, Message: k.label() + " has no such item"}
}

// Options say where a [Store] keeps what.
type Options struct {
	// Store is where secrets go, Cache where tokens do; "" are auto and the same
	// as Store.
	Store, Cache Kind
	// AgeIdentity is a file with the age identities that files are sealed with;
	// where it is "" a passphrase seals them.
	AgeIdentity string
	// Passphrase returns the passphrase; fresh tells that it is to be chosen now.
	Passphrase func(ctx context.Context, fresh bool) (apitok.Secret, error)
	// Dir is the folder for the indexes and files, made when it is needed; "" is a
	// machine without a place for it, on which nothing can be kept.
	Dir string
	// Person tells that someone is there to unlock the keyring: it has
	// [PersonPatience] then, otherwise [ScriptPatience].
	Person bool
	// Note is told what is worth knowing but is no failure.
	Note func(string)
	// Chosen is told which place Auto turned out to be when the first secret is
	// kept there.
	Chosen func(context.Context, Kind)
	// Turn is how long it is waited for another process that is changing the same thing;
	// 0 is two minutes.
	Turn time.Duration
	// KeyringLimit is how many bytes the keyring takes of service, key and text
	// together; 0 is as many as this system's keyring takes.
	KeyringLimit int

	// watch lets tests stop a process between two writes; it is nil otherwise.
	watch func(place) place
}

func (o Options) store() Kind { return cmp.Or(o.Store, Auto) }

func (o Options) cache() Kind { return cmp.Or(o.Cache, o.store()) }

func (o Options) patience() time.Duration {
	if o.Person {
		return PersonPatience
	}
	return ScriptPatience
}

// turn is long enough for a process that waits for the server, and that for a person.
func (o Options) turn() time.Duration { return cmp.Or(o.Turn, 2*time.Minute) }

// shelf makes the shelf of a kind.
func (o Options) shelf(kind Kind) (*shelf, error) {
	s := &shelf{kind: kind, locks: o.locks(), patience: o.patience()}
	switch kind {
	case Auto, Keyring:
		s.kind = Keyring
		s.place = sealing{place: o.keyring(), dir: o.folder("sealed"), limit: cmp.Or(o.KeyringLimit, keyringLimit())}
		s.bare, s.legacy = true, true
	case Kernel:
		s.place = sealing{place: kernel{}, dir: o.folder("sealed-kernel"), limit: kernelLimit}
		s.bare = true
	case File:
		folder := o.folder("store")
		s.place = files{of: kind, dir: folder, suffix: ".age", seal: &ageSeal{dir: folder, identityFile: o.AgeIdentity, passphrase: o.Passphrase, turn: o.turn()}}
	case Plaintext:
		s.place = files{of: kind, dir: o.folder("store-plaintext"), suffix: ".txt", seal: plain{}}
	case Env, None:
		s.place = nowhere{kind}
	default:
		return nil, &apitok.Error{Kind: apitok.Usage, Message: "there is no store of kind " + string(kind), Hint: "it is one of " + names(Kinds())}
	}
	if o.watch != nil {
		s.place = o.watch(s.place)
	}
	s.index = index{dir: o.Dir, name: "index-" + string(s.kind) + ".json", of: s.kind.label(), turn: o.turn()}
	if s.kind == Keyring {
		s.index.name = "index.json"
	}
	return s, nil
}

func (o Options) keyring() *keyring {
	ring := &keyring{patience: o.patience()}
	if o.Person {
		ring.waiting = func() { o.Note("waiting for the keyring, which may be locked: unlock it") }
	}
	return ring
}

// locks are those that processes take turns by.
func (o Options) locks() atomicfile.Locks { return atomicfile.Locks{Dir: o.folder("locks")} }

// folder returns a folder of this name, "" on a machine without a place for it.
func (o Options) folder(name string) string {
	if o.Dir == "" {
		return ""
	}
	return filepath.Join(o.Dir, name)
}

func names(kinds []Kind) string {
	list := make([]string, len(kinds))
	for n, kind := range kinds {
		list[n] = string(kind)
	}
	return strings.Join(list, ", ")
}
