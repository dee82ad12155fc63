//go:build unix

package keycloakd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// install has Maven build the project of a provider for the Keycloak of that version, and puts it into the unpacked one.
func install(ctx context.Context, project fs.FS, version, tree string) error {
	mvn, err := FindMaven()
	if err != nil {
		return err
	}
	dir := tree + ".provider"
	if err := os.CopyFS(dir, project); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, mvn, "-q", "-B", "resources:resources", "compiler:compile", "jar:jar", "-Dkeycloak.version="+version)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building a provider for Keycloak %s, which takes a JDK: %w\n%s", version, err, bytes.TrimSpace(out))
	}
	const jar = "exchange-1.jar"
	return os.Rename(filepath.Join(dir, "target", jar), filepath.Join(tree, "providers", jar))
}

// write puts every file of the project into w.
func write(w io.Writer, project fs.FS) error {
	return fs.WalkDir(project, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(project, path)
		if err == nil {
			_, err = fmt.Fprintf(w, "%s\x00%s\x00", path, content)
		}
		return err
	})
}
