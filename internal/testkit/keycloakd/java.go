//go:build unix

package keycloakd

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// oldestJava is what Keycloak 26 asks for.
const oldestJava = 17

// ErrNoJava says that no Java that Keycloak can run on was found.
var ErrNoJava = errors.New("no Java 17 or later")

// Java is the path of a Java that is new enough: JAVA_HOME's, else the one in PATH.
func Java(ctx context.Context) (string, error) {
	var candidates []string
	if home := os.Getenv("JAVA_HOME"); home != "" {
		candidates = append(candidates, filepath.Join(home, "bin", "java"))
	}
	if path, err := exec.LookPath("java"); err == nil {
		candidates = append(candidates, path)
	}
	for _, java := range candidates {
		// It says its version on stderr. One that cannot be run is one that is not there.
		out, err := exec.CommandContext(ctx, java, "-version").CombinedOutput()
		if err == nil && javaVersion(string(out)) >= oldestJava {
			return java, nil
		}
	}
	return "", ErrNoJava
}

var versionLine = regexp.MustCompile(`(?m)^\S+ version "(?:1\.)?(\d+)`)

// javaVersion is the feature release in the output of `java -version`, 0 where there is none.
func javaVersion(out string) int {
	m := versionLine.FindStringSubmatch(out)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}
