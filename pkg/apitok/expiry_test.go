package apitok

import (
	"testing"
	"time"
)

func TestParseExpiry(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 500, time.UTC)
	tests := []struct{ text, want string }{
		{"never", ""},
		{"1s", "2026-11-24T10:00:02Z"}, // never shorter than asked for
		{"36h", "2026-11-25T22:00:01Z"},
		{"90d", "2027-02-22T10:00:01Z"},
		{"2027-01-31", "2027-01-31T23:59:59Z"},
		{"2026-11-24", "2026-11-24T23:59:59Z"},
		{"2027-01-31T12:00:00+02:00", "2027-01-31T10:00:00Z"},
	}
	for _, test := range tests {
		got, err := ParseExpiry(test.text, now)
		if encodeTime(got) != test.want || err != nil {
			t.Errorf("ParseExpiry(%q) = %v, %v; want %s", test.text, got, err, test.want)
		}
	}
	for _, text := range []string{"", "0d", "-1h", "0s", "1w", "90", "2026-11-23", "2026-13-01", "99999999d", "100000d", "-1d", "tomorrow"} {
		if got, err := ParseExpiry(text, now); !Usage.Is(err) {
			t.Errorf("ParseExpiry(%q) = %v, %v", text, got, err)
		}
	}
}
