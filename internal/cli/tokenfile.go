package cli

import (
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// A tokenFile holds the token of a program that runs, and nothing else, not even a line
// break: many programs that read such a file take it as it is.
type tokenFile struct{ path string }

// newTokenFile writes a token to a file that only this user can read, and that is taken
// away at the end. So what is there already is replaced only if a run that was killed
// may have left it: a file of this user's alone, with one word in it.
func newTokenFile(path string, token apitok.Token) (tokenFile, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return tokenFile{}, err
	}
	if info, err := os.Lstat(path); err == nil && !leftBehind(path, info) {
		return tokenFile{}, &apitok.Error{Kind: apitok.Usage, Message: path + " is there already and no token", Hint: "name another one with --token-file"}
	}
	f := tokenFile{path}
	if err := f.write(token); err != nil {
		return tokenFile{}, &apitok.Error{Kind: apitok.Failed, Message: "cannot write the token file", Cause: err}
	}
	return f, nil
}

func leftBehind(path string, info fs.FileInfo) bool {
	if !info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		return false
	}
	content, err := os.ReadFile(path) //nolint:gosec // the user names the file
	return err == nil && !strings.ContainsFunc(string(content), func(r rune) bool { return r <= ' ' || r > '~' })
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
