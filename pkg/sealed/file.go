package sealed

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// A File is a file that a hand-over is sealed in.
type File struct {
	Path string
	Seal Seal
}

var _ apitok.Courier = File{}

// Probe implements [apitok.Courier]. A file that is there is replaced only if it is a
// sealed one: Conflict otherwise.
func (f File) Probe() error {
	content, err := os.ReadFile(f.Path)
	switch {
	case err == nil && !IsSealed(content):
		return &apitok.Error{Kind: apitok.Conflict, Message: f.Path + " is there already and is no hand-over", Hint: "name another file with --handover"}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return unwritable(err)
	}
	temp, err := os.CreateTemp(filepath.Dir(f.Path), ".new-*")
	if err != nil {
		return unwritable(err)
	}
	if err := errors.Join(temp.Close(), os.Remove(temp.Name())); err != nil {
		return unwritable(err)
	}
	return nil
}

// Deliver implements [apitok.Courier]. The file is open to its owner alone.
func (f File) Deliver(handover apitok.Handover) error {
	sealed, err := f.Seal.Close(handover)
	if err != nil {
		return err
	}
	return atomicfile.Write(f.Path, sealed)
}

func unwritable(err error) error {
	return &apitok.Error{Kind: apitok.Failed, Message: "the hand-over cannot be written", Cause: err, Hint: "name another file with --handover"}
}
