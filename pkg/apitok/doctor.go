package apitok

import (
	"context"
	"iter"
	"slices"
)

// A FindingStatus says what a finding means.
type FindingStatus string

// The statuses of findings.
const (
	// Fine is as it should be.
	Fine FindingStatus = "ok"
	// Info is worth knowing.
	Info FindingStatus = "info"
	// Warning is likely to cause harm one day.
	Warning FindingStatus = "warn"
	// Wrong keeps apitok from working.
	Wrong FindingStatus = "fail"
	// Unknown could not be found out.
	Unknown FindingStatus = "unknown"
)

// A Finding is what one check found.
type Finding struct {
	// Check names the check; one check may find several things.
	Check string
	// Status says what it means.
	Status FindingStatus
	// Detail is what was found, in one line.
	Detail string
	// Hint says what to do; it may be empty.
	Hint string
}

// failure is what a check found that ended with an error.
func failure(check string, status FindingStatus, err error) Finding {
	e := AsError(err)
	detail := e.Error()
	if e.Kind == Denied {
		detail = e.Message // the cause is a status, and the hint says more
	}
	return Finding{Check: check, Status: status, Detail: detail, Hint: e.Hint}
}

// Doctor looks at everything that apitok rests on and yields what it finds, check
// by check. What is broken is a finding, never an error.
//
// It works with half an Admin: HTTP is nil where the configuration names no server,
// and Directory and signIn are nil where nobody signed in. It ends early when ctx
// does.
func (a *Admin) Doctor(ctx context.Context, signIn *SignIn) iter.Seq[Finding] {
	e := &examination{Admin: a, signIn: signIn}
	return func(yield func(Finding) bool) {
		for _, check := range e.checks() {
			for finding := range check(ctx) {
				if ctx.Err() != nil || !yield(finding) {
					return
				}
			}
		}
	}
}

// An examination is one run of Doctor.
type examination struct {
	*Admin
	signIn *SignIn
	// blind is why the realm cannot be looked into; "" when it can.
	blind string
	// access is which roles the account has, as far as it is known.
	access map[string]bool
	// features tells which are on; nil when the server does not say.
	features map[string]bool
	// allowed is which credentials may ask for other tokens than their own, by what they
	// are allowed; nil when they cannot be seen.
	allowed map[string]*tally
}

type check func(context.Context) iter.Seq[Finding]

func (e *examination) checks() []check {
	return []check{
		always(e.store), always(e.server), always(e.account),
		e.unlessBlind("roles", e.roles),
		e.unlessBlind("version", e.version),
		e.unlessBlind("secret rotation", e.rotation),
		e.unlessBlind("events", e.events),
		e.unlessBlind("personal keys", e.personalKeys),
		e.unlessBlind("credentials", e.credentials),
		e.unlessBlind("token exchange", e.useCases),
		e.drift,
	}
}

func always(look func(context.Context) []Finding) check {
	return func(ctx context.Context) iter.Seq[Finding] { return slices.Values(look(ctx)) }
}

// unlessBlind is a check of the realm, which says so where that cannot be seen.
func (e *examination) unlessBlind(name string, look func(context.Context) []Finding) check {
	return func(ctx context.Context) iter.Seq[Finding] {
		if e.blind != "" {
			return slices.Values([]Finding{{Check: name, Status: Unknown, Detail: e.blind}})
		}
		return slices.Values(look(ctx))
	}
}

func (e *examination) drift(ctx context.Context) iter.Seq[Finding] {
	if e.blind != "" || !e.access["view-clients"] {
		return slices.Values([]Finding(nil)) // said among the credentials
	}
	return e.driftFindings(ctx)
}
