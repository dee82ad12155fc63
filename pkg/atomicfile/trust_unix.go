//go:build unix

package atomicfile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// Trust tells whether what is in file can be believed: an error says who else could
// have written it, or that it is no file at all. The rule is OpenSSH's for its own
// configuration: file and folder belong to the user or to root, and nobody else may
// write to them; of a symbolic link that holds at both ends. A group that is the
// user's own by its number is nobody else, and in a folder like /tmp nobody can
// replace another's file. Of a file that is not there, or cannot be looked at, nothing
// is said: there is nothing to believe.
func Trust(file string) error {
	target, err := filepath.EvalSymlinks(file)
	if err != nil {
		return nil //nolint:nilerr // whoever reads it hears why
	}
	for _, name := range slices.Compact([]string{target, filepath.Dir(target), filepath.Dir(file)}) {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		if name == target && !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a file", file)
		}
		if err := ours(name, info); err != nil {
			return err
		}
	}
	return nil
}

func ours(name string, info fs.FileInfo) error {
	const groupWrites, othersWrite = 0o020, 0o002
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("nobody knows whose %s is", name)
	}
	if stat.Uid != 0 && int(stat.Uid) != os.Getuid() {
		return fmt.Errorf("%s belongs to another user", name)
	}
	mode := info.Mode()
	shared := mode.Perm()&groupWrites != 0 && stat.Gid != stat.Uid || mode.Perm()&othersWrite != 0
	if shared && mode&(fs.ModeDir|fs.ModeSticky) != fs.ModeDir|fs.ModeSticky {
		return fmt.Errorf("others can write to %s", name)
	}
	return nil
}
