package apitok

import (
	"testing"
	"time"
)

func TestRenewAt(t *testing.T) {
	now := time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		due, left, least, want time.Duration
	}{
		{4 * time.Minute, 5 * time.Minute, 0, 4 * time.Minute},
		{4 * time.Minute, 5 * time.Minute, 30 * time.Second, 4 * time.Minute},
		{4 * time.Minute, 5 * time.Minute, 2 * time.Minute, 3 * time.Minute},
		{4 * time.Minute, 5 * time.Minute, time.Hour, time.Second},
		{0, time.Minute, 0, time.Second},
		{-2 * time.Minute, -time.Minute, 0, time.Second},
	} {
		token := Token{RenewAt: now.Add(tc.due), ExpiresAt: now.Add(tc.left)}
		if got := renewAt(token, tc.least, now).Sub(now); got != tc.want {
			t.Errorf("due in %s, %s left, %s at least: renewed in %s, not %s", tc.due, tc.left, tc.least, got, tc.want)
		}
	}
	if got := renewAt(Token{}, 0, now); !got.IsZero() {
		t.Errorf("a token without an end is renewed at %s", got)
	}
}
