package keystore

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apitok/apitok/pkg/atomicfile"
)

// A journal is about a move under way.
type journal struct {
	From        Kind   `json:"from"`
	To          Kind   `json:"to"`
	FromAgeFile string `json:"from_age_identity,omitempty"`
	ToAgeFile   string `json:"to_age_identity,omitempty"`
}

func (m *Move) journalFile() string { return filepath.Join(m.From.Dir, "move.json") }

func (m *Move) readJournal() (*journal, error) {
	b, err := os.ReadFile(m.journalFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // there is none
	}
	var j journal
	if err == nil {
		err = json.Unmarshal(b, &j)
	}
	if err != nil {
		return nil, broken("the journal of a move, "+m.journalFile()+", cannot be read", err)
	}
	return &j, nil
}

func (m *Move) writeJournal() error {
	b, err := json.Marshal(journal{m.from.kind, m.to.kind, m.From.AgeIdentity, m.To.AgeIdentity})
	if err == nil {
		err = atomicfile.Write(m.journalFile(), append(b, '\n'))
	}
	if err != nil {
		return broken("writing the journal of the move failed", err)
	}
	return nil
}

func (m *Move) dropJournal() error {
	if err := os.Remove(m.journalFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return broken("removing the journal of the move failed", err)
	}
	return nil
}
