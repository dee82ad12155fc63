package apitok

import (
	"testing"
	"time"
)

const day = 24 * time.Hour

var pruneNow = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// ago is a moment this many days before, or with a negative number after, now.
func ago(days int) time.Time { return pruneNow.Add(-time.Duration(days) * day) }

func TestJudgePrune(t *testing.T) {
	month := PruneRequest{OlderThan: 30 * day}
	disabled := func(at time.Time) Credential {
		return Credential{State: Disabled, Record: Record{DisabledAt: at, CreatedAt: ago(400)}}
	}
	tests := map[string]struct {
		request PruneRequest
		c       Credential
		want    verdict
	}{
		"active":                 {month, Credential{State: Active, Record: Record{CreatedAt: ago(400)}}, verdict{}},
		"enabled again":          {month, Credential{State: Active, Record: Record{CreatedAt: ago(400), DisabledAt: ago(300)}}, verdict{}},
		"ends later":             {month, Credential{State: Active, Record: Record{ExpiresAt: ago(-31)}}, verdict{}},
		"expired lately":         {month, Credential{State: Expired, Record: Record{ExpiresAt: ago(29)}}, verdict{}},
		"expired, to the second": {month, Credential{State: Expired, Record: Record{ExpiresAt: ago(30)}}, verdict{}},
		"expired":                {month, Credential{State: Expired, Record: Record{ExpiresAt: ago(31)}}, verdict{reason: "expired 2026-10-24T10:00:00Z"}},
		"expired, disabled lately": {month, Credential{State: Disabled, Record: Record{ExpiresAt: ago(31), DisabledAt: ago(1)}},
			verdict{reason: "expired 2026-10-24T10:00:00Z"}},
		"expired, disabled by hand": {month, Credential{State: Disabled, Record: Record{ExpiresAt: ago(31)}},
			verdict{reason: "expired 2026-10-24T10:00:00Z"}},
		"disabled lately":  {month, disabled(ago(29)), verdict{}},
		"disabled":         {month, disabled(ago(31)), verdict{reason: "disabled 2026-10-24T10:00:00Z"}},
		"disabled by hand": {month, disabled(time.Time{}), verdict{unclear: "since when it is disabled"}},
		"disabled because": {month, Credential{State: Disabled, Record: Record{DisabledAt: ago(31), DisabledBecause: "owner gone"}},
			verdict{reason: "disabled 2026-10-24T10:00:00Z: owner gone"}},
		"unfinished lately":                 {month, Credential{State: Unfinished, Record: Record{CreatedAt: ago(1)}}, verdict{}},
		"unfinished":                        {month, Credential{State: Unfinished, Record: Record{CreatedAt: ago(31)}}, verdict{reason: "unfinished since 2026-10-24T10:00:00Z"}},
		"unfinished since ever":             {month, Credential{State: Unfinished}, verdict{unclear: "since when it is unfinished"}},
		"unused alone does not look at age": {PruneRequest{Unused: day}, Credential{State: Expired, Record: Record{ExpiresAt: ago(400)}}, verdict{}},
		"nor at who disabled it":            {PruneRequest{Unused: day}, disabled(time.Time{}), verdict{}},
	}
	for name, test := range tests {
		if got := test.request.judge(test.c, pruneNow); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestJudgeUse(t *testing.T) {
	tests := map[string]struct {
		created, login, since time.Time
		want                  verdict
	}{
		"used lately":             {ago(400), ago(89), ago(200), verdict{}},
		"used lately, all we see": {ago(400), ago(1), ago(2), verdict{}},
		"used long ago":           {ago(400), ago(91), ago(200), verdict{reason: "last used 2026-08-25T10:00:00Z"}},
		"never used":              {ago(91), time.Time{}, ago(200), verdict{reason: "never used, made 2026-08-25T10:00:00Z"}},
		"never used, young":       {ago(89), time.Time{}, ago(200), verdict{}},
		"young, all we see":       {ago(89), time.Time{}, ago(2), verdict{}},
		"another's login":         {ago(89), ago(95), ago(200), verdict{}},
		"another's login, old":    {ago(91), ago(95), ago(200), verdict{reason: "never used, made 2026-08-25T10:00:00Z"}},
		"older than events":       {ago(400), time.Time{}, ago(91), verdict{reason: "not used since 2026-08-25T10:00:00Z at least"}},
		"older than young events": {ago(400), time.Time{}, ago(89),
			verdict{unclear: "whether it was used before 2026-08-27T10:00:00Z, from when on login events are stored"}},
		"events as long as that": {ago(400), time.Time{}, ago(90),
			verdict{unclear: "whether it was used before 2026-08-26T10:00:00Z, from when on login events are stored"}},
		"made at an unknown time": {time.Time{}, time.Time{}, ago(200), verdict{unclear: "when it was made"}},
		"so, but used long ago":   {time.Time{}, ago(91), ago(200), verdict{reason: "last used 2026-08-25T10:00:00Z"}},
	}
	for name, test := range tests {
		c := Credential{Record: Record{CreatedAt: test.created}}
		c.setLastUse(test.login, test.since)
		if got := (PruneRequest{Unused: 90 * day}).judgeUse(c, test.since, pruneNow); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
