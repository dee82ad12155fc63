//go:build unix

package keycloakd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
)

// ErrNoMaven says that mvn is not in PATH.
var ErrNoMaven = errors.New("no Maven")

// FindMaven is the path of mvn.
func FindMaven() (string, error) {
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return "", ErrNoMaven
	}
	return mvn, nil
}

// download has Maven, as the user configured it, put the distribution into dir and returns the archive's path.
func download(ctx context.Context, version, dir string) (string, error) {
	mvn, err := FindMaven()
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, mvn, "-q", "-B", "dependency:copy",
		"-Dartifact=org.keycloak:keycloak-quarkus-dist:"+version+":zip", "-DoutputDirectory="+dir)
	cmd.Dir = dir // Where no pom.xml of a project can get in the way.
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("mvn dependency:copy of Keycloak %s: %w\n%s", version, err, bytes.TrimSpace(out))
	}
	return filepath.Join(dir, "keycloak-quarkus-dist-"+version+".zip"), nil
}
