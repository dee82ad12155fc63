package cli

import (
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// A tokenFile holds the token of a program that runs, and nothing else, not even a line
// break: many programs that read such a file take it as it is.
type tokenFile struct{ path string }

// newTokenFile writes a token to a file that only this user can read. What is there is
// replaced, unless it is something other than a file, such as a device.
func newTokenFile(path string, token apitok.Token) (tokenFile, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return tokenFile{}, err
	}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return tokenFile{}, &apitok.Error{Kind: apitok.Usage, Message: path + " is there already and no file", Hint: "name another one with --token-file"}
	}
	f := tokenFile{path}
	if err := f.write(token); err != nil {
		return tokenFile{}, &apitok.Error{Kind: apitok.Failed, Message: "cannot write the token file", Cause: err}
	}
	return f, nil
}

func (f tokenFile) write(token apitok.Token) error {
	return atomicfile.Write(f.path, []byte(token.AccessToken.Reveal()))
}

// renew writes each new token. A failure is told and does not end the program: the token
// before may still do, and the next attempt may succeed.
func (f tokenFile) renew(renewals iter.Seq2[apitok.Token, error], note func(string)) {
	for token, err := range renewals {
		if err == nil {
			err = f.write(token)
		}
		if err != nil {
			note("the token is not renewed yet: " + err.Error())
		}
	}
}

// remove takes the file away.
func (f tokenFile) remove(note func(string)) {
	if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		note("the token file is left behind: " + err.Error())
	}
}
