//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

var jwt = regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+`)

// prove goes each way twice and looks at what comes out, so that nothing is measured which does something else than it
// says. It returns the tokens.
func (s *stage) prove(ways []way) ([]string, error) {
	tokens := make([]string, len(ways))
	for i, w := range ways {
		if w.missing != "" {
			continue
		}
		var seen [2]string
		for n := range seen {
			said, err := s.listen(w)
			if err != nil {
				return nil, err
			}
			seen[n] = jwt.FindString(said)
			if (seen[n] == "") != (w.gives == words) {
				return nil, fmt.Errorf("%s printed what was not expected: %.100s", w.name, said)
			}
		}
		if w.gives != words && (seen[0] == seen[1]) != (w.gives == oldToken) {
			return nil, fmt.Errorf("%s: the same token twice: %v", w.name, seen[0] == seen[1])
		}
		tokens[i] = seen[1]
	}
	return tokens, nil
}

// stillKept tells whether a way that is to give the same token again did so to the end.
func (s *stage) stillKept(w way, token string) error {
	if w.gives != oldToken {
		return nil
	}
	said, err := s.listen(w)
	if err == nil && jwt.FindString(said) != token {
		err = fmt.Errorf("%s: the token ended before all was measured: take fewer RUNS", w.name)
	}
	return err
}

// listen goes the way once and returns what it prints.
func (s *stage) listen(w way) (string, error) {
	var files [2]*os.File
	for n, name := range []string{"stdout", "stderr"} {
		file, err := os.Create(filepath.Join(s.dir, name))
		if err != nil {
			return "", err
		}
		defer file.Close()
		files[n] = file
	}
	_, failed := w.run(scene{s.env, files[0], files[1]})
	said, err := os.ReadFile(files[0].Name())
	if err != nil {
		return "", err
	}
	if complaint, err := os.ReadFile(files[1].Name()); err == nil && failed != nil {
		return "", fmt.Errorf("%w: %.300s", failed, complaint)
	}
	return string(said), failed
}
