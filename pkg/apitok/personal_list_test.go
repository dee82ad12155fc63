package apitok

import "testing"

// TestShortID: what names a session on the command line is no flag, and names that session.
func TestShortID(t *testing.T) {
	for id, want := range map[string]string{
		"TDDzP2wPq7RkX0bVn4LsEy6c": "TDDzP2wP", "-DDzP2wPq7RkX0bVn4LsEy6c": "DDzP2wPq", "--D-P2wPq7": "D-P2wPq7", "_x": "_x", "-": "",
	} {
		got := shortID(id)
		if got != want || !begins(id, got) || !begins(id, id) {
			t.Errorf("%s: %q", id, got)
		}
	}
	if begins("-DDzP2wPq7RkX0bVn4LsEy6c", "DzP2wPq7") {
		t.Error("a later part of an id names it")
	}
}
