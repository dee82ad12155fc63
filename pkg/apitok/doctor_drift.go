package apitok

import (
	"context"
	"iter"
)

// driftFindings yields the credentials whose client is not as their record and
// their owner say: someone changed it by hand, or sync has not run since the owner
// changed.
func (a *Admin) driftFindings(ctx context.Context) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		var differ, failed, tampered tally
		for s, err := range a.Sync(ctx, SyncRequest{Check: true}) {
			switch {
			case err != nil:
				yield(failure("drift", Unknown, err))
				return
			case s.Err != nil:
				failed.add(s.Credential.Ref().String() + " (" + AsError(s.Err).Message + ")")
			case s.Tampered:
				tampered.add(s.Credential.Ref().String())
			case s.Credential.State != Expired: // said among the credentials
				differ.add(s.Credential.Ref().String())
			}
		}
		if tampered.count > 0 && !yield(Finding{Check: "delegation", Status: Wrong, Detail: "changed beyond what a holder may, or by hand: " + tampered.String(),
			Hint: "apitok sync --all --check tells what was changed, apitok sync --all sets it back"}) {
			return
		}
		switch {
		case failed.count > 0 && !yield(Finding{Check: "drift", Status: Unknown, Detail: "could not be compared with their owners: " + failed.String()}):
		case differ.count > 0:
			yield(Finding{Check: "drift", Status: Wrong, Detail: "not what their record and their owner say: " + differ.String(),
				Hint: "apitok sync --all --check tells what differs, apitok sync --all mends it"})
		case failed.count+tampered.count == 0:
			yield(Finding{Check: "drift", Status: Fine, Detail: "all credentials are what their record and their owner say"})
		}
	}
}
