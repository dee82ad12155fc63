package apitok

import (
	"strings"
	"testing"
)

func TestParseRef(t *testing.T) {
	long := strings.Repeat("u", 240)
	tests := []struct {
		text, self string
		want       Ref
		client     string
		ok         bool
	}{
		{"alice/ci", "", Ref{"alice", "ci"}, "apitok.alice.ci", true},
		{"Alice/ci", "", Ref{"alice", "ci"}, "apitok.alice.ci", true},
		{"ci", "bob", Ref{"bob", "ci"}, "apitok.bob.ci", true},
		{"heidi@example.com/k8s", "", Ref{"heidi@example.com", "k8s"}, "apitok.heidi@example.com.k8s", true},
		{"corp/ann/ci", "", Ref{"corp/ann", "ci"}, "apitok.corp/ann.ci", true},
		{"a/" + strings.Repeat("n", 63), "", Ref{"a", strings.Repeat("n", 63)}, "apitok.a." + strings.Repeat("n", 63), true},
		{text: "ci"},
		{text: "/ci", self: "bob"},
		{text: "alice/"},
		{text: "alice/CI"},
		{text: "alice/-ci"},
		{text: "alice/c.i"},
		{text: "alice/c i"},
		{text: "alice/ci\n"},
		{text: "alice/" + strings.Repeat("n", 64)},
		{text: long + "/ci"},
	}
	for _, test := range tests {
		got, err := ParseRef(test.text, test.self)
		if got != test.want || (err == nil) != test.ok || err != nil && !Usage.Is(err) {
			t.Errorf("ParseRef(%q, %q) = %v, %v", test.text, test.self, got, err)
		}
		if !test.ok {
			continue
		}
		back, ok := RefOfClient(got.ClientID())
		if got.ClientID() != test.client || back != test.want || !ok {
			t.Errorf("%v: client %q, back %v %v", got, got.ClientID(), back, ok)
		}
	}
}

func TestRefOfClientLeavesOthersAlone(t *testing.T) {
	for _, id := range []string{"apitok", "apitok.", "apitok.alice", "apitok..ci", "apitok.alice.", "apitok.alice.CI", "web", "xapitok.alice.ci"} {
		if ref, ok := RefOfClient(id); ok {
			t.Errorf("RefOfClient(%q) = %v", id, ref)
		}
	}
}
