package apitok

import (
	"context"
	"strconv"
)

// delegation looks whether the realm keeps the holders of delegated credentials from
// widening them.
func (e *examination) delegation(ctx context.Context, many int) []Finding {
	if many == 0 {
		return nil
	}
	const check = "delegation"
	err := e.bounded(ctx)
	switch {
	case err == nil:
		return []Finding{{Check: check, Status: Fine, Detail: "the realm bounds the holders of delegated credentials: " + strconv.Itoa(many)}}
	case CheckFailed.Is(err):
		return []Finding{{Check: check, Status: Wrong, Hint: AsError(err).Hint,
			Detail: "nothing keeps the holders of delegated credentials from widening them: " + strconv.Itoa(many)}}
	}
	return []Finding{failure(check, Unknown, err)}
}
