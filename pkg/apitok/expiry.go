package apitok

import (
	"strconv"
	"strings"
	"time"
)

// maxDays is how many days are understood: 273 years, which a time.Duration holds.
const maxDays = 99999

// ParseExpiry reads when a credential ends: a time from now ("90d", "36h"), a day
// ("2027-01-31", until its end in UTC), a moment in RFC 3339, or "never", which
// gives the zero time. It returns an [*Error] of kind Usage, also for a moment
// that has passed.
func ParseExpiry(text string, now time.Time) (time.Time, error) {
	if text == "never" {
		return time.Time{}, nil
	}
	at, err := parseMoment(text, now)
	if err != nil {
		return time.Time{}, err
	}
	if !at.After(now) {
		return time.Time{}, &Error{Kind: Usage, Message: "the expiry " + quote(text) + " has passed already"}
	}
	// Keycloak counts in whole seconds; the last one is given whole.
	return at.UTC().Add(time.Second - time.Nanosecond).Truncate(time.Second), nil
}

func parseMoment(text string, now time.Time) (time.Time, error) {
	if d, err := ParseDuration(text); err == nil {
		return now.Add(d), nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.AddDate(0, 0, 1).Add(-time.Second), nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	return time.Time{}, &Error{Kind: Usage, Message: quote(text) + " is not an expiry",
		Hint: "write 90d, 36h, a day such as 2027-01-31, or never"}
}

// ParseDuration reads a positive length of time: whole days ("90d") or Go's own
// form ("36h", "1h30m"). It returns an [*Error] of kind Usage.
func ParseDuration(text string) (time.Duration, error) {
	if number, ok := strings.CutSuffix(text, "d"); ok {
		days, err := strconv.ParseUint(number, 10, 0)
		if err == nil && days > 0 && days <= maxDays {
			return time.Duration(days) * 24 * time.Hour, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, &Error{Kind: Usage, Message: quote(text) + " is not a length of time", Hint: "write 90d, 36h, 5m or 30s"}
	}
	return d, nil
}
