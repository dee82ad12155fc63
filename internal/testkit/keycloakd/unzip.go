package keycloakd

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// unzip unpacks a distribution below dir and returns its one top-level directory. Names that lead out of dir are refused.
func unzip(archive, dir string) (top string, err error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return "", fmt.Errorf("%s: %w", archive, err)
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	for _, f := range z.File {
		if err := unpack(root, f); err != nil {
			return "", fmt.Errorf("%s: %s: %w", archive, f.Name, err)
		}
	}
	tops, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	if len(tops) != 1 || !tops[0].IsDir() {
		return "", fmt.Errorf("%s: not one directory but %d entries", archive, len(tops))
	}
	return filepath.Join(dir, tops[0].Name()), nil
}

func unpack(root *os.Root, f *zip.File) (err error) {
	name := filepath.FromSlash(f.Name)
	if f.FileInfo().IsDir() {
		return root.MkdirAll(filepath.Clean(name), 0o755)
	}
	if !f.Mode().IsRegular() {
		return fmt.Errorf("neither file nor directory: %v", f.Mode())
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.Mode().Perm()|0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}
