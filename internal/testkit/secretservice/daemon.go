package secretservice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
)

// daemon is a child process that cannot outlive us: Stop kills it, and on Linux so does our own death.
type daemon struct {
	cmd  *exec.Cmd
	done chan struct{}
}

// start runs cmd from a goroutine that owns its thread until the child ended, because Linux ties "die with the
// parent" to the thread that forked, not to the process.
func start(cmd *exec.Cmd) (*daemon, error) {
	d := &daemon{cmd: cmd, done: make(chan struct{})}
	cmd.SysProcAttr = dieWithParent()
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			defer close(d.done)
			// How it ended is read from cmd.ProcessState by whoever asks.
			var exit *exec.ExitError
			if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
				fmt.Fprintf(os.Stderr, "%s: %v\n", cmd.Path, err)
			}
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return d, nil
}

// stop kills the child and returns when it is gone.
func (d *daemon) stop() error {
	err := d.cmd.Process.Kill()
	<-d.done
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// waitFor returns what ready returned, or an error with the child's last words if the child ends first.
func (d *daemon) waitFor(ctx context.Context, log *tail, ready func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-d.done:
			cancel(fmt.Errorf("%s ended: %s", d.cmd.Path, log))
		case <-ctx.Done():
		}
	}()
	err := ready(ctx)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// tail keeps what a child wrote on stderr, for the error that explains its end. A daemon here says a few lines.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

var _ io.Writer = (*tail)(nil)

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.Write(p)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}
