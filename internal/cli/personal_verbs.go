package cli

import (
	"context"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

// unlessPersonal refuses with Conflict to do to a personal key of this machine what only a
// credential is for. Of a store that cannot be read, the verb says so where it needs it.
func unlessPersonal(ctx context.Context, h *apitok.Holder, r apitok.Ref, what, hint string) error {
	held, err := h.HoldsKey(ctx, r)
	if err != nil || !held {
		return nil //nolint:nilerr // see above
	}
	return &apitok.Error{Kind: apitok.Conflict, Message: r.String() + " is a personal key: it cannot " + what, Hint: hint}
}

// another is what to do where a personal key should be otherwise.
func another(r apitok.Ref) string {
	return "apitok revoke " + r.String() + " ends it, then make another: apitok create --personal " + r.Name
}

// orPersonal adds to an error that the account may not create credentials what a person
// can have without an administrator.
func orPersonal(err error, s config.Settings, r apitok.Ref) error {
	if !apitok.Denied.Is(err) || r.Owner != self(s) {
		return err
	}
	e := *apitok.AsError(err)
	if e.Hint != "" {
		e.Hint += "; "
	}
	e.Hint += "a key of your own takes no administrator: apitok create --personal " + r.Name
	return &e
}
