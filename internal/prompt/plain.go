package prompt

import (
	"context"
	"errors"
	"io"

	"charm.land/huh/v2"
	"golang.org/x/term"
)

// runPlainly runs a form without moving the cursor. huh does not stop when the context
// ends, nor does reading a secret: the form is left behind then, and the terminal made
// to echo again.
func (t Terminal) runPlainly(ctx context.Context, form *huh.Form) error {
	input := &lines{in: t.In}
	form = form.WithInput(input).WithAccessible(true).WithTheme(huh.ThemeFunc(unadorned))
	fd := int(input.Fd())
	state, notTerminal := term.GetState(fd)
	done := make(chan error, 1)
	go func() { done <- form.RunWithContext(ctx) }()
	select {
	case err := <-done:
		if input.ended {
			return interrupted()
		}
		return err
	case <-ctx.Done():
		if notTerminal == nil {
			return errors.Join(interrupted(), term.Restore(fd, state))
		}
		return interrupted()
	}
}

// lines hands huh its plain answers. huh reads ahead and takes the end of the input for
// an answer: lines gives no more than one line and remembers that the input ended.
type lines struct {
	in    io.Reader
	ended bool
}

// Read reads one byte, so that what follows the line is left to the next question.
func (l *lines) Read(p []byte) (int, error) {
	n, err := l.in.Read(p[:min(1, len(p))])
	l.ended = l.ended || err != nil
	return n, err
}

// Fd is the terminal's, without which huh reads no secret.
func (l *lines) Fd() uintptr {
	if terminal, ok := l.in.(interface{ Fd() uintptr }); ok {
		return terminal.Fd()
	}
	return ^uintptr(0)
}
