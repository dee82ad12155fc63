// Package ledger keeps on this machine who acted as whom: a private file to which lines of
// JSON are added, and of which none is ever changed.
package ledger

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Ledger is such a file.
type Ledger struct {
	// file is its path, "" on a machine without a place for it.
	file string
	by   string
}

// At is the ledger in a folder, which is made when it is needed; "" is a machine without a
// place for it.
func At(folder string) Ledger {
	l := Ledger{}
	if folder != "" {
		l.file = filepath.Join(folder, "impersonations.jsonl")
	}
	if who, err := user.Current(); err == nil {
		l.by = who.Username
	}
	return l
}

// A line is an impersonation as it is written: once when it begins, and once when it has
// ended.
type line struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Server    string    `json:"server"`
	Realm     string    `json:"realm"`
	Client    string    `json:"client"`
	By        string    `json:"by"`
	User      string    `json:"user"`
	Via       string    `json:"via,omitempty"`
	Audiences []string  `json:"audiences,omitempty"`
	Scopes    []string  `json:"scopes,omitempty"`
	Reason    string    `json:"reason"`
	Outcome   string    `json:"outcome"`
	Error     string    `json:"error,omitempty"`
	TokenIDs  []string  `json:"token_ids,omitempty"`
}

// Write implements [apitok.Ledger]. Of many processes that write at once each adds a whole
// line. Failed when it cannot be written.
func (l Ledger) Write(use apitok.Impersonation) error {
	if l.file == "" {
		return refused(errors.New("there is no folder for it: set XDG_STATE_HOME or HOME"))
	}
	text, err := json.Marshal(line{
		use.ID, use.At, use.Realm.Server, use.Realm.Name, use.Client, l.by, use.User, string(use.Via),
		use.Audiences, use.Scopes, use.Reason, string(use.Outcome), use.Error, use.TokenIDs,
	})
	if err != nil {
		return refused(err)
	}
	// What a machine broke off when it lost power or room ends where this begins.
	if err := l.add(slices.Concat([]byte{'\n'}, text, []byte{'\n'})); err != nil {
		return refused(err)
	}
	return nil
}

func (l Ledger) add(text []byte) error {
	if err := os.MkdirAll(filepath.Dir(l.file), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(l.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

func refused(err error) error {
	return &apitok.Error{Kind: apitok.Failed, Message: "that somebody acts as a user cannot be written down", Cause: err,
		Hint: "without that it is not done; apitok audit --impersonations reads what was written"}
}

// Uses implements [apitok.Ledger]. The last line of each is how it ended.
func (l Ledger) Uses(since time.Time) ([]apitok.Impersonation, error) {
	text, err := os.ReadFile(l.file)
	if l.file == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &apitok.Error{Kind: apitok.Failed, Message: "what this machine wrote down cannot be read", Cause: err}
	}
	var all []apitok.Impersonation
	at := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		var read line
		// An empty line, or one that was broken off: then the use is as the line before it says, or was not begun.
		if json.Unmarshal(lines.Bytes(), &read) != nil || read.At.Before(since) {
			continue
		}
		i, known := at[read.ID]
		if known {
			all[i] = read.use()
			continue
		}
		at[read.ID] = len(all)
		all = append(all, read.use())
	}
	return all, nil
}

func (l line) use() apitok.Impersonation {
	return apitok.Impersonation{
		ID: l.ID, At: l.At, Realm: apitok.Realm{Server: l.Server, Name: l.Realm}, Client: l.Client, By: l.By, User: l.User,
		Via: apitok.ImpersonationRoute(l.Via), Audiences: l.Audiences, Scopes: l.Scopes, Reason: l.Reason,
		Outcome: apitok.Outcome(l.Outcome), Error: l.Error, TokenIDs: l.TokenIDs,
	}
}
