package cached

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

var sample = Token{AccessToken: "e30.e30.sig", Type: "Bearer", Scope: "email profile", FetchedAt: 1700000000, RenewAt: 1700000225, ExpiresAt: 1700000300, CredentialEnds: 9}

func TestDecodeReadsWhatEncodeWrote(t *testing.T) {
	for _, want := range []Token{sample, {AccessToken: "x", Type: "DPoP"}, {AccessToken: "~!", Type: "Bearer", ExpiresAt: 10}} {
		if got, ok := Decode(want.Encode("k"), "k"); !ok || got != want {
			t.Errorf("%+v: %+v, %v", want, got, ok)
		}
	}
}

func TestDecodeRefusesAnythingElse(t *testing.T) {
	text := sample.Encode("k")
	wrong := []string{
		"", "x", sample.Encode("another"), `{"access_token":"x"}`,
		strings.Replace(text, form, "apitok token 2", 1), strings.Replace(text, "1700000300", "-1", 1),
		strings.Replace(text, "1700000300", "", 1), strings.Replace(text, "1700000300", "99999999999999999999999", 1),
		strings.TrimSuffix(text, sample.AccessToken), text + "\n", text + " ", text + "\x7f", strings.Replace(text, "Bearer", "", 1),
	}
	for _, text := range wrong {
		if got, ok := Decode(text, "k"); ok || got != (Token{}) {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestFresh(t *testing.T) {
	for now, want := range map[int64]bool{sample.FetchedAt - 1: false, sample.FetchedAt: true, sample.RenewAt - 1: true, sample.RenewAt: false} {
		if sample.Fresh(now) != want {
			t.Errorf("at %d: %v", now, !want)
		}
	}
}

// FuzzKey: the parts can be told from the key again.
func FuzzKey(f *testing.F) {
	f.Add("https://k.example.com/auth", "apitok.al ice.ci", "+%/é\x00\n")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		parts := strings.Split(Key(a, b, c), " ")
		for n, want := range []string{a, b, c} {
			if got, err := url.QueryUnescape(parts[n]); err != nil || got != want || parts[n] != url.QueryEscape(want) {
				t.Errorf("part %d of %q: %q, %v", n, parts, got, err)
			}
		}
	})
}

func TestTokenKeyIsOfSets(t *testing.T) {
	want := TokenKey("s", "r", "c", []string{"a", "b"}, []string{"y", "z"})
	if got := TokenKey("s", "r", "c", []string{"b", "a", "b"}, []string{"z", "y"}); got != want {
		t.Errorf("%q, not %q", got, want)
	}
	if other := TokenKey("s", "r", "c", []string{"a", "b", "y"}, []string{"z"}); other == want {
		t.Errorf("%q for two", other)
	}
	given := []string{"b", "a"}
	if TokenKey("s", "r", "c", given, nil); !slices.Equal(given, []string{"b", "a"}) {
		t.Error("the list of the caller was changed")
	}
}
