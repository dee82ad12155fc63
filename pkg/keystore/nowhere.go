package keystore

import (
	"context"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// nowhere is the place of those who do not want anything kept.
type nowhere struct{ kind Kind }

func (n nowhere) get(context.Context, string) (string, error) { return "", n.kind.empty() }

func (n nowhere) set(context.Context, string, string, time.Time) error {
	refused := &apitok.Error{Kind: apitok.StoreFailed, Message: "the store " + string(n.kind) + " keeps no secrets",
		Hint: "print it with --no-store --show-secret, or choose a place for secrets with apitok store migrate"}
	if n.kind == Env {
		refused.Message += ": they come from the environment"
		refused.Hint = "set APITOK_CLIENT_ID and APITOK_CLIENT_SECRET, or for an administrator APITOK_LOGIN_CLIENT_ID and APITOK_LOGIN_CLIENT_SECRET; apitok store migrate chooses another place"
	}
	return refused
}

func (n nowhere) remove(context.Context, string) error { return n.kind.empty() }

func (nowhere) ready(context.Context) error { return nil }
