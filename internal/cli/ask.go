package cli

import (
	"context"
	"io"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

// secret gets a secret in: from the file that a flag names ("-" is stdin), from
// the environment, from a person, or from stdin when that is no terminal. It never
// comes from an argument, which every process of the machine can read.
func (a *app) secret(ctx context.Context, flag, file, variable, question string) (apitok.Secret, error) {
	if file == "-" {
		return await(ctx, func() (apitok.Secret, error) { return a.stdinSecret(flag) })
	}
	if file != "" {
		return await(ctx, func() (apitok.Secret, error) { return config.FileSecret(file) })
	}
	if variable != "" {
		secret, err := config.EnvSecret(a.system.Getenv, variable)
		if err != nil || !secret.IsZero() {
			return secret, err
		}
	}
	if a.system.person() {
		return a.terminal().Secret(ctx, question)
	}
	if a.system.StdinTerminal {
		return apitok.Secret{}, noSecret(flag)
	}
	return await(ctx, func() (apitok.Secret, error) { return a.stdinSecret(flag) })
}

// await leaves a reading behind that has not ended when ctx does: a pipe that nobody
// writes to does not hear of signals.
func await(ctx context.Context, read func() (apitok.Secret, error)) (apitok.Secret, error) {
	type answer struct {
		secret apitok.Secret
		err    error
	}
	answers := make(chan answer, 1)
	go func() {
		secret, err := read()
		answers <- answer{secret, err}
	}()
	select {
	case a := <-answers:
		return a.secret, a.err
	case <-ctx.Done():
		return apitok.Secret{}, &apitok.Error{Kind: apitok.Interrupted, Message: "interrupted"}
	}
}

// stdinSecret reads a secret, which may be a token, up to the end of stdin.
func (a *app) stdinSecret(flag string) (apitok.Secret, error) {
	b, err := io.ReadAll(io.LimitReader(a.system.Stdin, apitok.MaxToken+1))
	if len(b) > apitok.MaxToken {
		return apitok.Secret{}, &apitok.Error{Kind: apitok.Usage, Message: "more than 1 MiB was given, which is no secret"}
	}
	secret := apitok.NewSecret(config.TrimNewline(string(b)))
	if err != nil || secret.IsZero() {
		return apitok.Secret{}, noSecret(flag)
	}
	return secret, nil
}

func noSecret(flag string) error {
	return &apitok.Error{Kind: apitok.Usage, Message: "no secret was given", Hint: "give it on stdin, or name a file that holds it with " + flag}
}

// confirm asks before something is destroyed. Where nobody can be asked, yes must
// have been said by flag.
func (a *app) confirm(ctx context.Context, yes bool, question string) error {
	if yes {
		return nil
	}
	if !a.system.person() {
		return &apitok.Error{Kind: apitok.Usage, Message: "this cannot be undone", Hint: "say that you mean it with --yes"}
	}
	agreed, err := a.terminal().Confirm(ctx, question)
	if err == nil && !agreed {
		err = &apitok.Error{Kind: apitok.Interrupted, Message: "nothing was changed"}
	}
	return err
}
