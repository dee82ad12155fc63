//go:build unix

package keycloakd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/apitok/apitok/internal/testkit/reaper"
)

// Server is a running Keycloak. It ends when the reaper that it was registered with does its work.
type Server struct {
	URL, Admin, Password string

	ended chan struct{} // closed when no process of it is left
	log   tail
}

// Start starts a Keycloak and returns when it answers. The reaper ends it and removes its data.
func Start(ctx context.Context, o Options, r *reaper.Reaper) (*Server, error) {
	d, err := cached(ctx, o)
	if err != nil {
		return nil, err
	}
	s, err := d.start(ctx, o, r)
	if err != nil {
		return nil, errors.Join(err, d.release())
	}
	return s, d.markBuilt()
}

func (d *dist) start(ctx context.Context, o Options, r *reaper.Reaper) (*Server, error) {
	o.Say("keycloak %s: starting", o.Version)
	begin := time.Now()
	java, err := Java(ctx)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	home, err := newHome(d.dir)
	if home != "" {
		err = errors.Join(r.Dir(home), err)
	}
	if err != nil {
		return nil, err
	}
	s := &Server{
		URL: fmt.Sprintf("http://127.0.0.1:%d", port), Admin: "admin", Password: rand.Text(), ended: make(chan struct{}),
	}
	cmd := exec.Command(filepath.Join(home, "bin", "kc.sh"), append(o.args(), fmt.Sprintf("--http-port=%d", port))...)
	cmd.Env = s.env(java, o.JVM, filepath.Join(home, "tmp"))
	if err := s.run(cmd, r); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, fmt.Errorf("keycloak %s: %w", o.Version, err)
	}
	o.Say("keycloak %s: ready after %d s", o.Version, int(time.Since(begin).Seconds()))
	return s, nil
}

// env is ours without whatever else configures a Keycloak or its JVM.
func (s *Server) env(java, jvm, tmp string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "KC_") && !strings.HasPrefix(e, "JAVA_OPTS") {
			env = append(env, e)
		}
	}
	return append(env, "JAVA="+java, "JAVA_OPTS_APPEND="+jvm+" -XX:-UsePerfData -Djava.io.tmpdir="+tmp,
		"KC_BOOTSTRAP_ADMIN_USERNAME="+s.Admin, "KC_BOOTSTRAP_ADMIN_PASSWORD="+s.Password)
}

// run starts the script and, through it, Java, in a process group of their own. The log goes through a pipe: its end
// tells that the last of them is gone.
func (s *Server) run(cmd *exec.Cmd, r *reaper.Reaper) error {
	cmd.Stdout, cmd.Stderr = &s.log, &s.log
	if err := r.Launch(cmd); err != nil {
		return err
	}
	go func() {
		defer close(s.ended)
		// It always ends by force, or with words in the log: its status adds nothing.
		if err := cmd.Wait(); err != nil {
			fmt.Fprintf(&s.log, "kc.sh: %v\n", err)
		}
	}()
	return nil
}
