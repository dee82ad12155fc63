package apitok

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMerged brings together what the server and this machine know of the same use: by the
// token, or where there was none by who, whom and when.
func TestMerged(t *testing.T) {
	at := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	after := func(seconds int) time.Time { return at.Add(time.Duration(seconds) * time.Second) }
	known := []Impersonation{
		{At: after(6), Client: "desk", User: "alice", Outcome: Refused, Error: "not allowed"},
		{At: after(1), Client: "desk", User: "alice", Outcome: Given, TokenIDs: []string{"one"}},
		{At: after(3), Client: "desk", User: "bob", Outcome: Given, TokenIDs: []string{"two"}},
		{At: after(9), By: "admin", User: "carol", Outcome: Given, Via: ByConsole},
		{At: after(40), Client: "desk", User: "alice", Outcome: Refused, Error: "not allowed"},
	}
	local := []Impersonation{
		{ID: "a", At: at, Client: "desk", By: "me", User: "Alice", Outcome: Given, TokenIDs: []string{"one", "narrow"}, Reason: "ticket"},
		{ID: "b", At: after(2), Client: "desk", By: "me", User: "bob", Outcome: Refused, Error: "an administrator", TokenIDs: []string{"two"}},
		{ID: "c", At: after(5), Client: "desk", By: "me", User: "alice", Outcome: Refused, Error: "was not given"},
		{ID: "d", At: after(8), Client: "desk", By: "me", User: "dave", Outcome: Begun},
	}
	want := []Impersonation{
		{At: after(40), Client: "desk", User: "alice", Outcome: Refused, Error: "not allowed"},
		{At: after(9), By: "admin", User: "carol", Outcome: Given, Via: ByConsole},
		{ID: "d", At: after(8), Client: "desk", By: "me", User: "dave", Outcome: Begun},
		{ID: "c", At: after(6), Client: "desk", By: "me", User: "alice", Outcome: Refused, Error: "was not given"},
		{ID: "b", At: after(3), Client: "desk", By: "me", User: "bob", Outcome: Refused, Error: "an administrator", TokenIDs: []string{"two"}},
		{ID: "a", At: after(1), Client: "desk", By: "me", User: "alice", Outcome: Given, TokenIDs: []string{"one", "narrow"}, Reason: "ticket"},
	}
	if diff := cmp.Diff(want, merged(known, local)); diff != "" {
		t.Error(diff)
	}
}

// TestAssertionAlias: no two clients have the same, and Keycloak takes each.
func TestAssertionAlias(t *testing.T) {
	for client, want := range map[string]string{
		"apitok.alice.ci":     "impersonation.apitok.alice.ci",
		"apitok.@support.a_b": "impersonation.apitok._40support.a_5fb",
		"https://x.example/ü": "impersonation.https_3a_2f_2fx.example_2f_c3_bc",
	} {
		if got := assertionAlias(client); got != want {
			t.Errorf("%s: %s, not %s", client, got, want)
		}
	}
	one, other := assertionAlias(strings.Repeat("@", 90)+"a"), assertionAlias(strings.Repeat("@", 90)+"b")
	if one == other || len(one) > maxAlias {
		t.Errorf("%s and %s", one, other)
	}
}
