//go:build unix

package keycloakd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// dist is an unpacked distribution in the user's cache, one for each version and set of options, because the first start
// builds the options into it. Once built nothing writes to it, so any number of servers run from it.
type dist struct {
	dir  string
	lock *flock.Flock
}

// built marks a distribution whose first start came to its end.
const built = ".apitok-built"

// cached returns the distribution for these options, got and unpacked if need be. One that is not built yet comes with
// its lock held: release it after the first start.
func cached(ctx context.Context, o Options) (*dist, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	dir, err := o.dir(cache)
	if err != nil {
		return nil, err
	}
	d := &dist{dir: dir}
	if d.isBuilt() {
		return d, nil
	}
	d.lock = flock.New(filepath.Join(cache, "lock"))
	if _, err := d.lock.TryLockContext(ctx, 100*time.Millisecond); err != nil {
		return nil, err
	}
	if d.isBuilt() {
		return d, d.release()
	}
	o.Say("keycloak %s: getting it through Maven into %s", o.Version, cache)
	if err := d.fill(ctx, cache, o); err != nil {
		return nil, errors.Join(err, d.release())
	}
	return d, nil
}

// Distribution returns the folder of the distribution for these options, for the programs in its bin folder; ok is false
// where no server was started with them yet.
func Distribution(o Options) (dir string, ok bool) {
	cache, err := cacheDir()
	if err != nil {
		return "", false
	}
	dir, err = o.dir(cache)
	d := &dist{dir: dir}
	return d.dir, err == nil && d.isBuilt()
}

// dir is where in the cache the distribution for these options is.
func (o Options) dir(cache string) (string, error) {
	sum := sha256.New()
	sum.Write([]byte(strings.Join(o.args(), "\x00")))
	if o.Provider != nil {
		if err := write(sum, o.Provider); err != nil {
			return "", err
		}
	}
	return filepath.Join(cache, o.Version+"-"+hex.EncodeToString(sum.Sum(nil)[:4])), nil
}

// fill unpacks aside and renames, so that d.dir is whole from the moment it exists.
func (d *dist) fill(ctx context.Context, cache string, o Options) (err error) {
	aside, err := os.MkdirTemp(cache, "unpack-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(aside)) }()
	archive, err := download(ctx, o.Version, aside)
	if err != nil {
		return err
	}
	tree := filepath.Join(aside, "tree")
	if err := os.Mkdir(tree, 0o755); err != nil {
		return err
	}
	top, err := unzip(archive, tree)
	if err != nil {
		return err
	}
	if o.Provider != nil {
		if err := install(ctx, o.Provider, o.Version, top); err != nil {
			return err
		}
	}
	// What a killed first start left is of no use.
	if err := os.RemoveAll(d.dir); err != nil {
		return err
	}
	return os.Rename(top, d.dir)
}

func (d *dist) isBuilt() bool {
	_, err := os.Stat(filepath.Join(d.dir, built))
	return err == nil
}

// markBuilt tells later runs that they may share d, and lets them in.
func (d *dist) markBuilt() error {
	if d.lock == nil {
		return nil
	}
	if err := os.WriteFile(filepath.Join(d.dir, built), nil, 0o644); err != nil {
		return err
	}
	return d.release()
}

func (d *dist) release() error {
	if d.lock == nil {
		return nil
	}
	defer func() { d.lock = nil }()
	return d.lock.Unlock()
}

// cacheDir is made where it is missing.
func cacheDir() (string, error) {
	base := os.Getenv("XDG_CACHE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		base = filepath.Join(home, ".cache")
	}
	dir := filepath.Join(base, "apitok", "keycloak")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("cache folder: %w", err)
	}
	return dir, nil
}
