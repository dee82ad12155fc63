package apitok

import (
	"context"
	"slices"
	"strings"
	"time"
)

// eventsPart has the realm store who signed in and what administrators did.
type eventsPart struct{ dir Directory }

func (*eventsPart) name() string { return "events" }

const (
	// eventsKept is for how long where the realm does not say: what is stored for ever
	// fills the database.
	eventsKept = 90 * 24 * time.Hour
	// clientLogin is the type of a login by a client itself.
	clientLogin = "CLIENT_LOGIN"
)

// An eventChange is one thing that setup does to the settings; the mark holds the names
// of those that were done.
type eventChange struct {
	name, words string
	// needed tells whether it is to be done, asIs whether the settings are as it leaves
	// them.
	needed, asIs func(EventSettings) bool
	do, undo     func(*EventSettings)
}

// eventChanges never shorten what is set: storing for ever, where events are stored
// already, is someone's choice.
func eventChanges() []eventChange {
	return []eventChange{
		{
			"login-kept", "keep login events for " + span(eventsKept),
			func(s EventSettings) bool { return !s.Login && s.LoginKept == 0 },
			func(s EventSettings) bool { return s.LoginKept == eventsKept },
			func(s *EventSettings) { s.LoginKept = eventsKept }, func(s *EventSettings) { s.LoginKept = 0 },
		},
		{
			"login", "store login events",
			func(s EventSettings) bool { return !s.Login },
			func(s EventSettings) bool { return s.Login },
			func(s *EventSettings) { s.Login = true }, func(s *EventSettings) { s.Login = false },
		},
		{
			"login-type", "store " + clientLogin + " among them",
			func(s EventSettings) bool {
				return len(s.LoginTypes) > 0 && !slices.Contains(s.LoginTypes, clientLogin)
			},
			func(s EventSettings) bool { return slices.Contains(s.LoginTypes, clientLogin) },
			func(s *EventSettings) { s.LoginTypes = append(s.LoginTypes, clientLogin) },
			func(s *EventSettings) { s.LoginTypes = without(s.LoginTypes, []string{clientLogin}, same) },
		},
		{
			"admin-kept", "keep admin events for " + span(eventsKept),
			func(s EventSettings) bool { return !s.Admin && s.AdminKept == 0 },
			func(s EventSettings) bool { return s.AdminKept == eventsKept },
			func(s *EventSettings) { s.AdminKept = eventsKept }, func(s *EventSettings) { s.AdminKept = 0 },
		},
		{
			"admin", "store admin events",
			func(s EventSettings) bool { return !s.Admin },
			func(s EventSettings) bool { return s.Admin },
			func(s *EventSettings) { s.Admin = true }, func(s *EventSettings) { s.Admin = false },
		},
	}
}

func (p *eventsPart) missing(ctx context.Context) ([]step, error) {
	have, err := p.dir.EventSettings(ctx)
	if err != nil {
		return nil, err
	}
	var words []string
	for _, change := range eventChanges() {
		if change.needed(have) {
			words = append(words, change.words)
		}
	}
	if len(words) == 0 {
		return nil, nil
	}
	return []step{{strings.Join(words, ", "), func(ctx context.Context) error { return p.dir.ChangeEventSettings(ctx, makeEvents) }}}, nil
}

// makeEvents does what is needed and marks it.
func makeEvents(s *EventSettings) {
	before := *s
	for _, change := range eventChanges() {
		if change.needed(before) {
			change.do(s)
			s.Made = sorted(append(s.Made, change.name))
		}
	}
}

func (p *eventsPart) made(ctx context.Context) (back []step, left []string, err error) {
	have, err := p.dir.EventSettings(ctx)
	if err != nil || len(have.Made) == 0 {
		return nil, nil, err
	}
	words := []string{"forget what setup did to the stored events"}
	for _, change := range eventChanges() {
		switch {
		case !slices.Contains(have.Made, change.name):
		case change.asIs(have):
			words = append(words, "no longer "+change.words)
		default:
			left = append(left, "the setting to "+change.words+", which was changed since")
		}
	}
	return []step{{strings.Join(words, ", "), func(ctx context.Context) error { return p.dir.ChangeEventSettings(ctx, unmakeEvents) }}}, left, nil
}

// unmakeEvents undoes what is marked and still as setup left it.
func unmakeEvents(s *EventSettings) {
	for _, change := range eventChanges() {
		if slices.Contains(s.Made, change.name) && change.asIs(*s) {
			change.undo(s)
		}
	}
	s.Made = nil
}

func (*eventsPart) outline(drawing *Outline) { makeEvents(&drawing.Events) }
