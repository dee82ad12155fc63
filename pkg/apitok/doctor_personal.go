package apitok

import (
	"context"
	"time"
)

// shortIdle is the time unused from which on a key is likely to end between two uses.
const shortIdle = 24 * time.Hour

// personalKeys tells what ends the keys that people make for themselves.
func (e *examination) personalKeys(ctx context.Context) []Finding {
	const name = "personal keys"
	limits, err := e.Directory.KeyLimits(ctx)
	switch {
	case NotFound.Is(err):
		return []Finding{{Check: name, Status: Info, Detail: "the realm has no client for them", Hint: "apitok setup makes it"}}
	case Denied.Is(err):
		return []Finding{{Check: name, Status: Unknown, Detail: "the realm's settings say when one ends, and are not shown to this account, which lacks view-realm or view-clients; " +
			"apitok list --personal shows when each ends unless it is used"}}
	case err != nil:
		return []Finding{failure(name, Unknown, err)}
	}
	return []Finding{keyLimits(name, limits)}
}

func keyLimits(name string, l KeyLimits) Finding {
	f := Finding{Check: name, Status: Fine, Detail: "one ends when it is not used for " + span(l.Idle) + ", and at any age otherwise"}
	if l.Longest > 0 {
		f.Detail = "one ends when it is not used for " + span(l.Idle) + ", and in any case after " + span(l.Longest)
	}
	if l.Rotates {
		f.Detail += "; the server takes each refresh token once: a copy of one on another machine ends it"
	}
	if l.Idle < shortIdle {
		f.Status, f.Hint = Warning, "raise the realm's offline session idle, or that of the client "+PersonalClientID
	}
	return f
}
