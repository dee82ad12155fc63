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
			if !w.pass(ctx, req.Filter, yield) {
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

// pass looks at the chosen credentials; it is false when nobody listens any more.
func (w *watch) pass(ctx context.Context, filter Filter, yield func(Sync, error) bool) bool {
	req := w.req
	req.Filter = filter
	for s, err := range w.a.Sync(ctx, req) {
		if err != nil {
			if ctx.Err() == nil {
				w.a.Note("this pass failed, the next one tries again: " + err.Error())
			}
			return true
		}
		if !yield(s, nil) {
			return false
		}
	}
	return true
}

// follow looks at what the new events name.
func (w *watch) follow(ctx context.Context, yield func(Sync, error) bool) bool {
	asked := w.a.Now()
	events, err := w.a.Directory.AdminEvents(ctx, w.since.Add(-overlap))
	if err != nil {
		if !w.blind && ctx.Err() == nil {
			w.a.Note("cannot follow the realm's admin events, so changes are seen at the next pass: " + err.Error())
			w.blind = true
		}
		return true
	}
	w.blind, w.since = false, asked
	affected := w.affected(events)
	w.nameServiceAccounts(ctx, affected.ids)
	if affected.everything {
		return w.pass(ctx, w.req.Filter, yield)
	}
	if len(affected.ids) == 0 {
		return true
	}
	filter := w.req.Filter
	filter.about = affected.ids
	return w.pass(ctx, filter, yield)
}

// nameServiceAccounts adds to ids the usernames of the service accounts among them,
// which say the client that they belong to.
func (w *watch) nameServiceAccounts(ctx context.Context, ids map[string]bool) {
	for _, id := range slices.Collect(maps.Keys(ids)) {
		if user, err := w.a.Directory.UserByID(ctx, id); err == nil && user.ServiceAccount {
			ids[user.Username] = true
		}
	}
}

// affected is what events are about.
type affected struct {
	// everything: a group or a role was changed, which anybody may have.
	everything bool
	// ids are the users and clients that were changed.
	ids map[string]bool
}

func (w *watch) affected(events []AdminEvent) affected {
	about, fresh := affected{ids: map[string]bool{}}, map[AdminEvent]bool{}
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
	w.seen = fresh
	return about
}
