// Package prompt asks a person at a terminal, and shows how far a long run has
// come. It is the only importer of huh and bubbles.
//
// Questions go to stderr, so that a command's answer can be captured. Whoever
// calls makes sure that there is a person. Texts are shown as they are: what comes
// from a server has been cleaned of control characters by the caller.
//
// Ctrl-C, an ended context, and the end of the input are no answers, but an error
// of kind Interrupted.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"charm.land/huh/v2"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Terminal is where a person is asked.
type Terminal struct {
	// In is where answers come from, Out where questions go.
	In  io.Reader
	Out io.Writer
	// Plain is for terminals that cannot move the cursor and for screen readers.
	Plain bool
	// Width is how many columns Out has; 0 if it does not say.
	Width int
	// Now tells the time.
	Now func() time.Time
}

// Confirm asks a question that is answered with yes or no; anything but a plain
// yes is a no.
func (t Terminal) Confirm(ctx context.Context, question string) (bool, error) {
	yes := false
	if err := t.ask(ctx, huh.NewConfirm().Title(question).Affirmative("Yes").Negative("No").Value(&yes)); err != nil {
		return false, err
	}
	return yes, nil
}

// Secret asks for a text that is not shown. An empty one is an error of kind
// Usage.
func (t Terminal) Secret(ctx context.Context, question string) (apitok.Secret, error) {
	text := ""
	if err := t.ask(ctx, huh.NewInput().Title(question).EchoMode(huh.EchoModePassword).Value(&text)); err != nil {
		return apitok.Secret{}, err
	}
	if text == "" {
		return apitok.Secret{}, &apitok.Error{Kind: apitok.Usage, Message: "no secret was given"}
	}
	return apitok.NewSecret(text), nil
}

// ask leaves the field's value alone once it has returned without an error; with one,
// nobody may look at it.
func (t Terminal) ask(ctx context.Context, field huh.Field) error {
	form := huh.NewForm(huh.NewGroup(field)).WithInput(t.In).WithOutput(t.Out).WithShowHelp(false).WithKeyMap(keys())
	if t.Plain {
		return t.runPlainly(ctx, form)
	}
	err := form.WithTheme(adorned()).RunWithContext(ctx)
	if errors.Is(err, huh.ErrUserAborted) || ctx.Err() != nil {
		return interrupted()
	}
	return err
}

func interrupted() error { return &apitok.Error{Kind: apitok.Interrupted, Message: "interrupted"} }

// say writes to the terminal. Where it is gone, the answer will not come either.
func (t Terminal) say(format string, args ...any) {
	fmt.Fprintf(t.Out, format, args...) //nolint:errcheck // see above
}
