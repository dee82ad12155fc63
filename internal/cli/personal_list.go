package cli

import (
	"context"
	"strings"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

// listPersonal writes the keys of whoever signed in, and returns how many there are.
func (a *app) listPersonal(ctx context.Context, s config.Settings, f format) (n int, err error) {
	person, err := a.person(s)
	if err != nil {
		return 0, err
	}
	keys, err := person.Keys(ctx)
	if err != nil {
		return 0, err
	}
	if f.value == "json" {
		array := output.NewArray(a.system.Stdout)
		for _, key := range keys {
			if err := array.Add(output.KeyOf(key)); err != nil {
				return 0, err
			}
		}
		return len(keys), array.Close()
	}
	rows := a.rowsAs(f, "KEY", "STATE", "SCOPES", "AUDIENCES", "CREATED", "LAST USED", "ENDS UNUSED", "FROM", "STORED", "SESSION")
	for _, key := range keys {
		err := rows.Row(key.Name, keyState(key), strings.Join(key.Scopes, " "), strings.Join(key.Audiences, " "), output.Time(key.Started, ""),
			output.Time(key.LastUsed, ""), output.Time(key.Ends, ""), key.Address, yesNo(key.Stored), key.Session)
		if err != nil {
			return 0, err
		}
	}
	return len(keys), rows.Close()
}

func keyState(key apitok.PersonalKey) string {
	if key.Ended {
		return "ended"
	}
	return "active"
}

// keyDetails writes a personal key field by field.
func (a *app) keyDetails(key apitok.PersonalKey) error {
	return a.fields([][2]string{
		{"key", key.Name}, {"state", keyState(key)}, {"scopes", strings.Join(key.Scopes, " ")}, {"audiences", strings.Join(key.Audiences, " ")},
		{"created", output.Time(key.Started, "")}, {"last used", output.Time(key.LastUsed, "")}, {"ends unused", output.Time(key.Ends, "")},
		{"from", key.Address}, {"stored here", yesNo(key.Stored)}, {"session", key.Session},
	})
}

// revokePersonal ends a personal key of this machine, or one of another machine whose
// session's id begins with text, unless a credential has that name. done is false where it
// is neither.
func (a *app) revokePersonal(ctx context.Context, s config.Settings, text string, f format, yes, dryRun bool) (done bool, err error) {
	r, unnamed := ref(text, s)
	if unnamed == nil {
		h, err := a.holder(s)
		if err != nil {
			return false, err
		}
		held, err := h.HoldsKey(ctx, r)
		if err != nil {
			return false, err
		}
		if held {
			return true, a.endKey(ctx, r.String(), f, yes, dryRun, func() error { return h.RevokeKey(ctx, r) })
		}
	}
	if self(s) == "" || !apitok.MayNameSession(text) {
		return false, nil
	}
	if unnamed == nil {
		admin, err := a.admin(s)
		if err != nil {
			return false, err
		}
		if known, err := admin.Known(ctx, r); known || err != nil {
			return false, err
		}
	}
	person, err := a.person(s)
	if err != nil {
		return false, err
	}
	key, err := person.KeyOfSession(ctx, text)
	if apitok.NotFound.Is(err) || apitok.Denied.Is(err) {
		return false, nil // it may be a credential yet
	}
	if err != nil {
		return true, err
	}
	return true, a.endKey(ctx, key.Name+" from "+key.Address, f, yes, dryRun, func() error { return person.Account.EndSession(ctx, key.Session) })
}

func (a *app) endKey(ctx context.Context, name string, f format, yes, dryRun bool, end func() error) error {
	if err := a.confirm(ctx, yes || dryRun, "End the personal key "+name+" for good?"); err != nil {
		return err
	}
	if dryRun {
		return a.plan(f, []string{"end the personal key " + name})
	}
	if err := end(); err != nil {
		return err
	}
	a.note("revoked the personal key " + name)
	if f.value == "json" {
		return output.JSON(a.system.Stdout, map[string]any{"revoked": name})
	}
	return nil
}
