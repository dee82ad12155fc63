// Package prompt asks a person at a terminal. It is the only importer of huh.
//
// Questions go to stderr, so that a command's answer can be captured. Whoever
// calls makes sure that there is a person: on a terminal that can do little, huh
// takes the end of its input for a yes.
package prompt

import (
	"context"
	"errors"
	"io"

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
}

// Confirm asks a question that is answered with yes or no; anything but a plain
// yes is a no.
func (t Terminal) Confirm(ctx context.Context, question string) (bool, error) {
	yes := false
	err := t.ask(ctx, huh.NewConfirm().Title(question).Affirmative("Yes").Negative("No").Value(&yes))
	return yes && err == nil, err
}

// Secret asks for a text that is not shown. An empty one is an error of kind
// Usage.
func (t Terminal) Secret(ctx context.Context, question string) (apitok.Secret, error) {
	text := ""
	err := t.ask(ctx, huh.NewInput().Title(question).EchoMode(huh.EchoModePassword).Value(&text))
	if err == nil && text == "" {
		err = &apitok.Error{Kind: apitok.Usage, Message: "no secret was given"}
	}
	return apitok.NewSecret(text), err
}

func (t Terminal) ask(ctx context.Context, field huh.Field) error {
	form := huh.NewForm(huh.NewGroup(field)).WithInput(t.In).WithOutput(t.Out).WithShowHelp(false).WithAccessible(t.Plain)
	err := form.RunWithContext(ctx)
	if errors.Is(err, huh.ErrUserAborted) {
		return &apitok.Error{Kind: apitok.Interrupted, Message: "interrupted"}
	}
	return err
}
