package apitok

import (
	"testing"
	"time"
)

func TestKeyLimits(t *testing.T) {
	const day = 24 * time.Hour
	for limits, want := range map[KeyLimits]Finding{
		{Idle: 30 * day}:                {Status: Fine, Detail: "one ends when it is not used for 30 days, and at any age otherwise"},
		{Idle: day, Longest: 60 * day}:  {Status: Fine, Detail: "one ends when it is not used for 1 day, and in any case after 60 days"},
		{Idle: time.Hour}:               {Status: Warning, Detail: "one ends when it is not used for 1h0m0s, and at any age otherwise"},
		{Idle: 30 * day, Rotates: true}: {Status: Fine, Detail: "one ends when it is not used for 30 days, and at any age otherwise; the server takes each refresh token once: a copy of one on another machine ends it"},
	} {
		if got := keyLimits("", limits); got.Status != want.Status || got.Detail != want.Detail {
			t.Errorf("%+v: %+v", limits, got)
		}
	}
}
