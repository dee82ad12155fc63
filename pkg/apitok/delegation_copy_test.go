package apitok

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCopy(t *testing.T) {
	var many []string
	for range 300 {
		many = append(many, "büro:röle")
	}
	record := Record{Owner: Owner{ID: "7", Username: "älice"}, Name: "ci", Roles: Subset, RoleList: many, DisabledAt: time.Now(), DisabledBecause: "x"}
	role, err := newCopy(record, 5*time.Minute, []string{"basic", "aud-orders-api"}, []string{"phone", "address"}).role()
	if err != nil || role.Name != DelegatedRole {
		t.Fatal(role.Name, err)
	}
	for name, piece := range role.Attributes {
		if len(piece) > 255 {
			t.Errorf("%s takes %d bytes", name, len(piece))
		}
	}
	read := readCopy(role.Attributes)
	if read == nil || read.lifetime() != 5*time.Minute || len(read.DefaultScopes) != 1 || len(read.OptionalScopes) != 2 {
		t.Fatalf("%+v", read)
	}
	// It may be disabled and enabled.
	told := read.over(map[string]string{attrOwnerID: "8", attrDisabledWhy: "y", "else": "z"})
	if told[attrOwnerID] != "7" || told[attrDisabledWhy] != "y" || told["else"] != "z" || told[attrDisabledAt] != "" {
		t.Error(told)
	}
	got, ok := readRecord(read.Attributes)
	record.DisabledAt, record.DisabledBecause, record.Identity = time.Time{}, "", AsServiceAccount
	if diff := cmp.Diff(record, got); diff != "" || !ok {
		t.Error(diff)
	}
	delete(role.Attributes, copyPart+"1")
	if readCopy(role.Attributes) != nil {
		t.Error("a copy with a hole was read")
	}
	whole := `{"version":1,"attributes":{"apitok.version":"1","apitok.owner.id":"7","apitok.name":"ci"}}`
	for text, ok := range map[string]bool{"": false, "{}": false, whole: true, strings.Replace(whole, `:1,`, `:2,`, 1): false, strings.Replace(whole, `"7"`, `""`, 1): false} {
		if (readCopy(map[string]string{copyPart + "0": text}) != nil) != ok {
			t.Errorf("%s: %v", text, !ok)
		}
	}
}

// TestCopyOfOthers: what others had set before stays, what they set later goes, and what bounds the holder is ours.
func TestCopyOfOthers(t *testing.T) {
	record := Record{Owner: Owner{ID: "7"}, Name: "ci"}
	before := Client{ExtraAttributes: map[string]string{attrOwnerID: "7", "acr.loa.map": `{"gold":1}`, "theirs": "x"}}
	copied := newCopy(record, 0, nil, nil)
	copied.Others = othersOf(before, record)
	if diff := cmp.Diff(map[string]string{"theirs": "x"}, copied.Others); diff != "" {
		t.Error(diff)
	}
	want := copied.wanted(Client{ExtraAttributes: map[string]string{"theirs": "y", "more": "z", attrDisabledAt: "now", attrOwnerID: "8"}})
	_, noted := want[attrDisabledAt]
	if gone, ok := want["more"]; want["theirs"] != "x" || gone != "" || !ok || noted || want[attrOwnerID] != "7" || want["acr.loa.map"] != "{}" {
		t.Error(want)
	}
}

func TestHandover(t *testing.T) {
	h := Handover{Realm: Realm{"https://kc.example", "demo"}, ClientID: "apitok.alice.ci", Secret: NewSecret("hunter2"), RegistrationToken: NewSecret("hunter3")}
	text, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeHandover(text)
	if err != nil || back.Secret.Reveal() != "hunter2" || back.RegistrationToken.Reveal() != "hunter3" || back.Realm != h.Realm || !back.ExpiresAt.IsZero() {
		t.Errorf("%+v, %v", back, err)
	}
	for _, change := range [][2]string{{`"version":1`, `"version":2`}, {"apitok.alice.ci", "account"}, {"hunter3", ""}, {"{", "["}} {
		_, err := DecodeHandover(NewSecret(strings.Replace(text.Reveal(), change[0], change[1], 1)))
		if !Usage.Is(err) || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%s: %v", change[1], err)
		}
	}
}
