package apitok

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// followEvery is how often a watch asks for new admin events.
const followEvery = 2 * time.Second

// AdminEvents tells what administrators did in the realm.
type AdminEvents interface {
	// AdminEvents returns what was done from a moment on, the oldest first. Denied
	// when the account may not look, NotFound when the realm keeps no such events.
	AdminEvents(ctx context.Context, since time.Time) ([]AdminEvent, error)
}

// An AdminEvent is something that an administrator did.
type AdminEvent struct {
	// At is when it was, by the server's clock.
	At time.Time
	// Operation is what was done, Resource what it was done to, such as
	// users/UUID/role-mappings/realm.
	Operation, Resource string
}

// Watch is [Admin.Sync] that goes on until ctx ends: it looks at everything at
// once and every interval, and in between at what the realm's admin events name.
// Where it cannot see events it says so once and keeps to the interval. A pass that
// failed is noted and tried again.
func (a *Admin) Watch(ctx context.Context, req SyncRequest, interval time.Duration) iter.Seq2[Sync, error] {
	return func(yield func(Sync, error) bool) {
		w := &watch{a: a, req: req, seen: map[AdminEvent]bool{}}
		w.since = a.Now()
		for ctx.Err() == nil {
			passAt := a.Now().Add(interval)
			if heard, _ := w.pass(ctx, req.Filter, yield); !heard {
				return
			}
			for ctx.Err() == nil && a.Now().Before(passAt) {
				if !w.follow(ctx, yield) {
					return
				}
				wait(ctx, min(followEvery, passAt.Sub(a.Now())))
			}
		}
		yield(Sync{}, NetworkError(a.Realm.Server, context.Canceled))
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// A watch is a Watch under way.
type watch struct {
	a     *Admin
	req   SyncRequest
	since time.Time
	// seen are the events of the last moments, which the server tells again.
	seen map[AdminEvent]bool
	// blind tells that it was said that there are no events to see.
	blind bool
}

// overlap is how far back each question for events reaches: clocks differ, and
// what is done at the same time may be written later.
const overlap = 2 * time.Minute

// pass looks at the chosen credentials. heard is false when nobody listens any more,
// whole when all could be looked at and mended.
func (w *watch) pass(ctx context.Context, filter Filter, yield func(Sync, error) bool) (heard, whole bool) {
	req := w.req
	req.Filter = filter
	whole = true
	for s, err := range w.a.Sync(ctx, req) {
		if err != nil {
			if ctx.Err() == nil {
				w.a.Note("this pass failed, the next one tries again: " + err.Error())
			}
			return true, false
		}
		whole = whole && s.Err == nil
		if !yield(s, nil) {
			return false, false
		}
	}
	return true, whole
}

// follow looks at what the new events name. They count as seen once that is done.
func (w *watch) follow(ctx context.Context, yield func(Sync, error) bool) bool {
	events, err := w.a.Directory.AdminEvents(ctx, w.since.Add(-overlap))
	if err != nil {
		if !w.blind && ctx.Err() == nil {
			w.a.Note("cannot follow the realm's admin events, so changes are seen at the next pass: " + err.Error())
			w.blind = true
		}
		return true
	}
	w.blind = false
	about, fresh := w.affected(events)
	heard, whole, named := true, true, true
	filter := w.req.Filter
	switch {
	case about.everything:
		heard, whole = w.pass(ctx, filter, yield)
	case len(about.ids) > 0:
		named = w.nameServiceAccounts(ctx, about.ids)
		filter.about = about.ids
		heard, whole = w.pass(ctx, filter, yield)
	}
	if whole && named {
		w.seen = fresh
		for _, event := range events {
			if event.At.After(w.since) {
				w.since = event.At // the server's clock, whatever ours says
			}
		}
	}
	return heard
}

// nameServiceAccounts adds to ids the usernames of the service accounts among them,
// which say the client that they belong to. It is false where that could not be found
// out.
func (w *watch) nameServiceAccounts(ctx context.Context, ids map[string]bool) bool {
	whole := true
	for _, id := range slices.Collect(maps.Keys(ids)) {
		user, err := w.a.Directory.UserByID(ctx, id)
		if err == nil && user.ServiceAccount {
			ids[user.Username] = true
		}
		whole = whole && (err == nil || NotFound.Is(err))
	}
	return whole
}

// affected is what events are about.
type affected struct {
	// everything: a group or a role was changed, which anybody may have.
	everything bool
	// ids are the users and clients that were changed.
	ids map[string]bool
}

// affected returns what the events are about that were not seen before, and all of
// them as the ones to have been seen.
func (w *watch) affected(events []AdminEvent) (about affected, fresh map[AdminEvent]bool) {
	about, fresh = affected{ids: map[string]bool{}}, map[AdminEvent]bool{}
	for _, event := range events {
		fresh[event] = true
		if w.seen[event] {
			continue
		}
		kind, rest, _ := strings.Cut(event.Resource, "/")
		id, _, _ := strings.Cut(rest, "/")
		switch {
		case (kind == "users" || kind == "clients") && id != "" && !strings.Contains(rest, "/roles/"):
			about.ids[id] = true
		case kind == "groups" || strings.HasPrefix(kind, "roles") || kind == "clients" || kind == "client-scopes" || kind == "":
			about.everything = true
		}
	}
	return about, fresh
}
