package cli

import (
	"context"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

// A passphrase is one that opens or seals something, and where it comes from.
type passphrase struct {
	// of says what it opens, for the question.
	of string
	// variable of the environment holds it, or with _FILE behind it names a file that
	// does; "" where a person alone knows it.
	variable string
	// missing says that nobody can be asked for it.
	missing apitok.Error
}

// passphrase gets a passphrase from the environment or from a person, who chooses a
// fresh one twice. It never reads stdin, which is for other things.
func (a *app) passphrase(ctx context.Context, p passphrase, fresh bool) (apitok.Secret, error) {
	if p.variable != "" {
		secret, err := config.EnvSecret(a.system.Getenv, p.variable)
		if err != nil || !secret.IsZero() {
			return secret, err
		}
	}
	if !a.system.person() {
		return apitok.Secret{}, &p.missing
	}
	if !fresh {
		return a.terminal().Secret(ctx, "Passphrase of "+p.of)
	}
	secret, err := a.terminal().Secret(ctx, "New passphrase for "+p.of)
	if err != nil {
		return secret, err
	}
	again, err := a.terminal().Secret(ctx, "The same again")
	if err == nil && again != secret {
		err = &apitok.Error{Kind: apitok.Usage, Message: "the two passphrases differ"}
	}
	return secret, err
}
