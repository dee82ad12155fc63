//go:build unix

package keycloakd

import (
	"os"
	"path/filepath"
)

// newHome makes the directory a server of one run believes to be installed in: everything in it is the shared
// distribution's, except data/, and except the start script, which finds its home by the place it really lies in.
func newHome(dist string) (home string, err error) {
	if home, err = os.MkdirTemp("", "apitok-keycloak-"); err != nil {
		return "", err
	}
	for _, dir := range []string{"bin", "data", "tmp"} {
		if err := os.Mkdir(filepath.Join(home, dir), 0o700); err != nil {
			return home, err
		}
	}
	for _, shared := range []string{"conf", "lib", "providers", "themes"} {
		if err := os.Symlink(filepath.Join(dist, shared), filepath.Join(home, shared)); err != nil {
			return home, err
		}
	}
	script, err := os.ReadFile(filepath.Join(dist, "bin", "kc.sh"))
	if err != nil {
		return home, err
	}
	return home, os.WriteFile(filepath.Join(home, "bin", "kc.sh"), script, 0o700)
}
