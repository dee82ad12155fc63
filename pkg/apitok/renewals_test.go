package apitok

import (
	"testing"
	"time"
)

func TestRenewAt(t *testing.T) {
	now := time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		left, least, want time.Duration
	}{
		{5 * time.Minute, 0, 4*time.Minute + 30*time.Second},
		{5 * time.Minute, time.Minute, 4 * time.Minute},
		{5 * time.Minute, time.Hour, 150 * time.Second},
		{40 * time.Second, 0, 20 * time.Second},
		{time.Second, 0, time.Second},
		{-time.Minute, 0, time.Second},
	} {
		if got := renewAt(Token{ExpiresAt: now.Add(tc.left)}, tc.least, now).Sub(now); got != tc.want {
			t.Errorf("%s left, %s at least: renewed in %s, not %s", tc.left, tc.least, got, tc.want)
		}
	}
	if got := renewAt(Token{}, 0, now); !got.IsZero() {
		t.Errorf("a token without an end is renewed at %s", got)
	}
}
