package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

const nasty = "a\x1b[2J\u009b1m\u202eb\u200d\x7f\tc\n日本語"

func TestCleanShowsWhatWouldAct(t *testing.T) {
	const want = `a\u001b[2J\u009b1m\u202eb` + "\u200d" + `\u007f\u0009c\u000a日本語`
	if got := Clean(nasty); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLines(t *testing.T) {
	var b bytes.Buffer
	rows := NewLines(&b)
	for _, row := range [][]string{{"a", "", "x\ty"}, {"b", "2", nasty}} {
		if err := rows.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "a\t\tx\\u0009y\nb\t2\t"+Clean(nasty)+"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestColumnsAreShownAtOnce(t *testing.T) {
	var b bytes.Buffer
	rows := NewColumns(&b, 4, 2)
	for _, row := range [][]string{{"ok", "x", "all\tis"}, {"", "long", "y"}, {"none", ""}} {
		if err := rows.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := b.String(), "ok    x   all\\u0009is\n      long  y\nnone\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	rows := NewTable(&b, "CREDENTIAL", "last.used")
	for _, row := range [][]string{{"alice/ci", "never"}, {"b/x", "\x1b[31m"}} {
		if err := rows.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	const want = "CREDENTIAL  last.used   \nalice/ci    never       \nb/x         \\u001b[31m  \n"
	if got := b.String(); got != want {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
}

// TestLongTableIsWrittenInPieces: rows are shown before the list has ended, so a
// long one is not held in memory.
func TestLongTableIsWrittenInPieces(t *testing.T) {
	var b bytes.Buffer
	rows := NewTable(&b, "N")
	for n := range chunk {
		if err := rows.Row(fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
	}
	if lines := strings.Count(b.String(), "\n"); lines != chunk+1 {
		t.Errorf("%d lines before the end", lines)
	}
}

func TestArrayIsJSON(t *testing.T) {
	for n := range 3 {
		var b bytes.Buffer
		array := NewArray(&b)
		for i := range n {
			if err := array.Add(map[string]string{"text": nasty + fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := array.Close(); err != nil {
			t.Fatal(err)
		}
		var back []map[string]string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || len(back) != n || back == nil {
			t.Fatalf("%v in %s", err, b.String())
		}
		for i, element := range back {
			if element["text"] != nasty+fmt.Sprint(i) {
				t.Errorf("came back as %q", element["text"])
			}
		}
		if strings.ContainsAny(b.String(), "\x1b\u009b\u202e\x7f") {
			t.Errorf("a control character is in %q", b.String())
		}
	}
}

func TestAstralControlCharactersAreEscaped(t *testing.T) {
	var b bytes.Buffer
	const tag = "\U000e0041" // an invisible tag character
	if err := JSON(&b, tag); err != nil {
		t.Fatal(err)
	}
	var back string
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back != tag || strings.Contains(b.String(), tag) {
		t.Errorf("%q, %v", b.String(), err)
	}
}

// TestCredentialIsAPromise pins the JSON of a credential.
func TestCredentialIsAPromise(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	c := apitok.Credential{ClientID: "apitok.alice.ci", State: apitok.Active, Stored: true}
	c.Owner, c.Name, c.Roles, c.CreatedAt = apitok.Owner{ID: "7", Username: "alice"}, "ci", apitok.Mirror, at
	c.Identity = apitok.AsServiceAccount
	const without = `{"owner":{"id":"7","username":"alice"},"name":"ci","client_id":"apitok.alice.ci","state":"active",` +
		`"description":null,"disabled_at":null,"disabled_because":null,"roles":"mirror","role_list":[],"except":[],"allow_admin":false,` +
		`"group":null,"audiences":[],"optional_audiences":[],"allow":[],"identity":"service-account","azp":null,"token_lifetime":null,"created_at":"2026-11-24T10:00:00Z","created_by":null,` +
		`"expires_at":null,"expiry_held_by":null,"rotated_at":null,"old_secret_until":null,` +
		`"last_use":"unknown","last_used_at":null,"stored":true,"delegated":false`
	for secret, want := range map[string]string{"": without + "}", "s": without + `,"client_secret":"s"}`} {
		got, err := json.Marshal(CredentialOf(c, apitok.NewSecret(secret)))
		if err != nil || string(got) != want {
			t.Errorf("got  %s\nwant %s\n%v", got, want, err)
		}
	}
}
