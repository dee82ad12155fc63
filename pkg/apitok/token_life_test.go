package apitok

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// living is a token that was fetched at noon and lives so long.
func living(life time.Duration) issued {
	h := Holder{Now: func() time.Time { return noon }, Note: func(string) {}}
	t, err := h.issue(query{}, grant.Token{AccessToken: NewSecret("x"), Sent: noon, Received: noon, Expiry: noon.Add(life)}, time.Time{})
	if err != nil {
		panic(err)
	}
	return t
}

func TestWorth(t *testing.T) {
	tests := []struct {
		life, min time.Duration
		at        time.Duration // after noon
		want      worth
	}{
		{5 * time.Minute, 0, -time.Second, none}, // the clock was set back
		{5 * time.Minute, 0, 0, fresh},
		{5 * time.Minute, 0, 224 * time.Second, fresh},
		{5 * time.Minute, 0, 225 * time.Second, due},
		{5 * time.Minute, 0, 270 * time.Second, due},
		{5 * time.Minute, 0, 271 * time.Second, scant},
		{5 * time.Minute, 0, 299 * time.Second, scant},
		{5 * time.Minute, 0, 300 * time.Second, none},
		{5 * time.Minute, 4 * time.Minute, time.Minute, fresh},
		{5 * time.Minute, 4 * time.Minute, 61 * time.Second, none},
		{5 * time.Minute, time.Second, 299 * time.Second, due},
		{5 * time.Minute, 5 * time.Minute, 0, fresh},
		{5 * time.Minute, 10 * time.Minute, 0, none},
		{time.Minute, 0, 44 * time.Second, fresh},
		{time.Minute, 0, 45 * time.Second, due},
		{time.Minute, 0, 53 * time.Second, scant},
		{20 * time.Second, 0, 14 * time.Second, fresh},
		{20 * time.Second, 0, 15 * time.Second, due},
		{20 * time.Second, 0, 18 * time.Second, scant},
		{10 * time.Hour, 0, 7 * time.Hour, fresh},
		{10 * time.Hour, 0, 8 * time.Hour, due},
		{10 * time.Hour, 0, 10*time.Hour - 29*time.Second, scant},
	}
	for _, test := range tests {
		if got := living(test.life).worth(test.min, noon.Add(test.at)); got != test.want {
			t.Errorf("of %v, at least %v, after %v: %d, not %d", test.life, test.min, test.at, got, test.want)
		}
	}
	if (issued{}).worth(0, noon) != none {
		t.Error("no token is worth something")
	}
}

// answerAt is a token endpoint's answer whose token says when it was issued; a date of
// zero is none.
func answerAt(iat, date time.Time, took time.Duration) grant.Token {
	claims := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"iat":%d}`, iat.Unix()))
	return grant.Token{AccessToken: NewSecret("e30." + claims + ".x"), Sent: noon, Received: noon.Add(took), Expiry: noon.Add(5 * time.Minute), Date: date}
}

func TestClockAhead(t *testing.T) {
	tests := []struct {
		name   string
		answer grant.Token
		want   time.Duration
	}{
		{"right", answerAt(noon, time.Time{}, time.Second), 0},
		{"little", answerAt(noon.Add(-time.Minute), time.Time{}, 0), 0},
		{"ahead", answerAt(noon.Add(-5*time.Minute), time.Time{}, 0), 5 * time.Minute},
		{"behind", answerAt(noon.Add(5*time.Minute), time.Time{}, 0), -5 * time.Minute},
		{"the middle of the request", answerAt(noon.Add(-5*time.Minute), time.Time{}, 2*time.Second), 5*time.Minute + time.Second},
		{"a slow answer is no skew", answerAt(noon.Add(3*time.Minute), time.Time{}, 3*time.Minute), 0},
		{"the date counts", answerAt(noon, noon.Add(-5*time.Minute), 0), 5 * time.Minute},
		{"no word of time", grant.Token{AccessToken: NewSecret("opaque"), Sent: noon, Received: noon}, 0},
		{"no moment", answerAt(time.Unix(0, 0), time.Time{}, 0), 0},
	}
	for _, test := range tests {
		if got := clockAhead(test.answer); got != test.want {
			t.Errorf("%s: %v, not %v", test.name, got, test.want)
		}
	}
}

// TestACredentialEndsByTheServersClock in both directions.
func TestACredentialEndsByTheServersClock(t *testing.T) {
	tests := []struct {
		name   string
		server time.Time // at noon here
		ends   time.Time // of the credential
		token  time.Duration
		refuse bool
	}{
		{"in good time", noon, noon.Add(time.Hour), 5 * time.Minute, false},
		{"before the token", noon, noon.Add(time.Minute), time.Minute, false},
		{"over", noon, noon, 0, true},
		{"over here only", noon.Add(-10 * time.Minute), noon.Add(-8 * time.Minute), 2 * time.Minute, false},
		{"over there only", noon.Add(10 * time.Minute), noon.Add(8 * time.Minute), 0, true},
	}
	for _, test := range tests {
		h := Holder{Now: func() time.Time { return noon }, Note: func(string) {}}
		got, err := h.issue(query{}, answerAt(test.server, time.Time{}, 0), test.ends)
		if Denied.Is(err) != test.refuse || err == nil && !got.ExpiresAt.Equal(noon.Add(test.token)) {
			t.Errorf("%s: it ends at %v, %v", test.name, got.ExpiresAt, err)
		}
	}
}

// TestLongEnough: the lifespan is the token's own word, as an answer's expires_in may be
// a second less.
func TestLongEnough(t *testing.T) {
	claims := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"iat":%d,"exp":%d}`, noon.Unix(), noon.Unix()+300))
	token := living(299 * time.Second)
	for text, lives := range map[string]string{"e30." + claims + ".x": "5m", "opaque": "4m59s"} {
		token.AccessToken = NewSecret(text)
		for _, least := range []time.Duration{0, time.Minute, 5 * time.Minute} {
			if err := (query{TokenRequest: TokenRequest{MinValidity: least}}).longEnough(token); err != nil {
				t.Errorf("at least %v: %v", least, err)
			}
		}
		err := (query{TokenRequest: TokenRequest{MinValidity: 301 * time.Second}}).longEnough(token)
		if want := "the server's tokens live " + lives + ", less than the 5m1s asked for"; !CheckFailed.Is(err) || err.Error() != want {
			t.Errorf("%v, not %s", err, want)
		}
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		5 * time.Minute: "5m", 90 * time.Second: "1m30s", time.Hour: "1h", 70 * time.Minute: "1h10m", 10 * time.Second: "10s",
		time.Hour + 30*time.Second: "1h0m30s", 0: "0s", 200 * time.Millisecond: "200ms",
	} {
		if got := short(d); got != want {
			t.Errorf("%v: %s", d, got)
		}
	}
}
