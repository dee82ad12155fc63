package apitok

import "time"

// A PruneRequest says which credentials are of no more use.
type PruneRequest struct {
	// Owner is a username; "" is everyone.
	Owner string
	// OlderThan chooses those that have been expired, disabled or unfinished for
	// longer than this; 0 chooses none of them.
	OlderThan time.Duration
	// Unused chooses those that got no token for longer than this, where login
	// events show it; 0 does not look.
	Unused time.Duration
}

// A verdict says what is to become of a credential: it is deleted for the reason,
// or unclear says what is not known about it, or it is kept.
type verdict struct{ reason, unclear string }

// judge looks at what the credential itself tells.
func (r PruneRequest) judge(c Credential, now time.Time) verdict {
	old := func(since time.Time) bool {
		return r.OlderThan > 0 && !since.IsZero() && since.Before(now.Add(-r.OlderThan))
	}
	switch {
	case old(c.ExpiresAt):
		return verdict{reason: "expired " + encodeTime(c.ExpiresAt)}
	case c.State == Unfinished && old(c.CreatedAt):
		return verdict{reason: "unfinished since " + encodeTime(c.CreatedAt)}
	case c.State == Disabled && old(c.DisabledAt):
		return verdict{reason: disabledFor(c)}
	case r.OlderThan > 0 && c.State == Disabled && c.DisabledAt.IsZero():
		return verdict{unclear: "since when it is disabled"}
	case r.OlderThan > 0 && c.State == Unfinished && c.CreatedAt.IsZero():
		return verdict{unclear: "since when it is unfinished"}
	}
	return verdict{}
}

func disabledFor(c Credential) string {
	reason := "disabled " + encodeTime(c.DisabledAt)
	if c.DisabledBecause != "" {
		reason += ": " + c.DisabledBecause
	}
	return reason
}

// judgeUse looks at a last use that was looked up, with login events that reach
// back to since.
func (r PruneRequest) judgeUse(c Credential, since, now time.Time) verdict {
	limit := now.Add(-r.Unused)
	switch {
	case !c.LastUsedAt.IsZero() && c.LastUsedAt.Before(limit):
		return verdict{reason: "last used " + encodeTime(c.LastUsedAt)}
	case !c.LastUsedAt.IsZero(), !c.CreatedAt.Before(limit):
		return verdict{}
	case c.CreatedAt.IsZero():
		return verdict{unclear: "when it was made"}
	case !since.Before(limit):
		return verdict{unclear: "whether it was used before " + encodeTime(since) + ", from when on login events are stored"}
	case c.LastUseKnown:
		return verdict{reason: "never used, made " + encodeTime(c.CreatedAt)}
	}
	return verdict{reason: "not used since " + encodeTime(since) + " at least"}
}
