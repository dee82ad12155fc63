package apitok

import (
	"slices"
	"testing"
	"time"
)

// TestShortID: what names a session on the command line is no flag, and names that session.
func TestShortID(t *testing.T) {
	for id, want := range map[string]string{
		"TDDzP2wPq7RkX0bVn4LsEy6c": "TDDzP2wP", "-DDzP2wPq7RkX0bVn4LsEy6c": "DDzP2wPq", "--D-P2wPq7Rk": "D-P2wPq7",
	} {
		got := shortID(id)
		if got != want || !begins(id, got) || !begins(id, id) || begins(id, got[:7]) {
			t.Errorf("%s: %q", id, got)
		}
	}
	if begins("-DDzP2wPq7RkX0bVn4LsEy6c", "DzP2wPq7") {
		t.Error("a later part of an id names it")
	}
}

// TestKeyOfSession: a beginning names one session or none.
func TestKeyOfSession(t *testing.T) {
	keys := []PersonalKey{{Session: "TDDzP2wPq7RkX0bV"}, {Session: "TDDzP2wPzzzzzzzz"}, {Session: "-aDzP2wPq7RkX0bV"}}
	for prefix, want := range map[string]struct {
		session string
		kind    Kind
	}{
		"TDDzP2wPq": {session: keys[0].Session}, "aDzP2wPq": {session: keys[2].Session}, keys[1].Session: {session: keys[1].Session},
		"TDDzP2wP": {kind: Usage}, "-aDzP2w": {kind: NotFound}, "": {kind: NotFound}, "TDDzP2wPx": {kind: NotFound},
	} {
		key, err := keyOfSession(slices.Clone(keys), prefix)
		if key.Session != want.session || (err == nil) != (want.kind == 0) || err != nil && !want.kind.Is(err) {
			t.Errorf("%q: %v, %v", prefix, key, err)
		}
	}
}

// TestKeysOf: no name of this machine is swallowed, and the order is not left to chance.
func TestKeysOf(t *testing.T) {
	at := time.Unix(1e9, 0)
	session := func(id string, started time.Time) AccountSession {
		return AccountSession{ID: id, Offline: true, Clients: []string{PersonalClientID}, Started: started}
	}
	sessions := []AccountSession{
		session("zzzzzzzz-1", at), session("aaaaaaaa-2", at.Add(time.Second)), session("bbbbbbbb-3", at), {ID: "online", Started: at},
		session("yyyyyyyy-4", at.Add(-time.Second)),
	}
	here := []PersonalKey{
		{Name: "t8", Session: "zzzzzzzz-1"}, {Name: "b", Session: "aaaaaaaa-2"}, {Name: "t7", Session: "zzzzzzzz-1"}, {Name: "a", Session: "over"},
	}
	var got []string
	for _, key := range keysOf(sessions, here, at) {
		got = append(got, key.Name)
		if key.Ended != (key.Name == "a") {
			t.Errorf("%s ended: %t", key.Name, key.Ended)
		}
	}
	if want := []string{"a", "yyyyyyyy", "bbbbbbbb", "t7", "t8", "b"}; !slices.Equal(got, want) {
		t.Errorf("the keys are %v", got)
	}
}
