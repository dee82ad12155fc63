package cli

import (
	"cmp"
	"context"
	"time"

	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

// A syncReport writes what sync finds and counts it.
type syncReport struct {
	a       *app
	array   *output.Array // for JSON
	objects bool          // JSON, an object a line
	rows    output.Rows
	differ  int
	failed  int
	failure *apitok.Error // the first
	before  func()        // clears the terminal for a line of the answer
}

// A syncAnswer is the JSON of what sync found at a credential.
type syncAnswer struct {
	Credential string   `json:"credential"`
	ClientID   string   `json:"client_id"`
	Changes    []string `json:"changes"`
	Done       bool     `json:"done"`
	Error      *string  `json:"error"`
}

func syncAnswerOf(s apitok.Sync) syncAnswer {
	answer := syncAnswer{Credential: s.Credential.Ref().String(), ClientID: s.Credential.ClientID, Changes: append([]string{}, s.Changes...), Done: s.Done}
	if s.Err != nil {
		answer.Error = output.OrNull(s.Err.Error())
	}
	return answer
}

func (a *app) newSyncReport(o syncOptions) *syncReport {
	r := &syncReport{a: a, before: func() {}}
	switch {
	case o.watch: // shown as it comes
		r.rows, r.objects = output.NewLines(a.system.Stdout), o.format.value == "json"
	case o.format.value == "json":
		r.array = output.NewArray(a.system.Stdout)
	default:
		r.rows = a.rows("CREDENTIAL", "CHANGE")
	}
	return r
}

// pass runs sync once.
func (r *syncReport) pass(ctx context.Context, admin *apitok.Admin, req apitok.SyncRequest) error {
	if r.a.system.StderrTerminal {
		bar := r.a.terminal().Progress("comparing credentials")
		defer bar.Clear()
		req.Seen = bar.Show
		r.before = bar.Clear
	}
	for s, err := range admin.Sync(ctx, req) {
		if err != nil {
			return err
		}
		if err := r.add(s); err != nil {
			return err
		}
	}
	return nil
}

func (r *syncReport) add(s apitok.Sync) error {
	name := s.Credential.Ref().String()
	r.before()
	if s.Err != nil {
		e := apitok.AsError(s.Err)
		if r.failed++; r.failed == 1 {
			r.failure = e
		}
		r.a.note("error: " + name + ": " + e.Error())
	}
	if len(s.Changes) > 0 {
		r.differ++
	}
	switch {
	case r.array != nil:
		return r.array.Add(syncAnswerOf(s))
	case r.objects:
		return output.JSONLine(r.a.system.Stdout, syncAnswerOf(s))
	}
	for _, change := range s.Changes {
		if err := r.rows.Row(name, change); err != nil {
			return err
		}
	}
	return nil
}

// close ends the answer and says how it went.
func (r *syncReport) close(check bool) error {
	var err error
	if r.array != nil {
		err = r.array.Close()
	} else {
		err = r.rows.Close()
	}
	switch {
	case err != nil:
		return err
	case r.failed > 0:
		return &apitok.Error{Kind: r.failure.Kind, Message: counted(r.failed) + " could not be compared or brought in line",
			Hint: cmp.Or(r.failure.Hint, "apitok sync again does what is left")}
	case check && r.differ > 0:
		return &apitok.Error{Kind: apitok.CheckFailed, Message: counted(r.differ) + " not in line with the owner", Hint: "apitok sync mends it"}
	case r.differ == 0:
		r.a.note("all is in line")
	}
	return nil
}

// watch goes on until it is interrupted.
func (r *syncReport) watch(ctx context.Context, admin *apitok.Admin, req apitok.SyncRequest, interval time.Duration) error {
	for s, err := range admin.Watch(ctx, req, interval) {
		if err != nil {
			return err
		}
		if err := r.add(s); err != nil {
			return err
		}
	}
	return nil
}
