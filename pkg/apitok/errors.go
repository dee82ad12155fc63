package apitok

import "errors"

// A Kind says what a program should do about an error. Its number is the exit
// code of the apitok command.
type Kind int

// The kinds of errors.
const (
	// Failed is any failure that no other kind names.
	Failed Kind = 1
	// Usage is a request that cannot be right, whatever the server holds.
	Usage Kind = 2
	// NotFound is a thing that does not exist.
	NotFound Kind = 3
	// Denied is a missing sign-in, a missing right or a refused secret.
	Denied Kind = 4
	// Conflict is a thing that exists already, or that someone else changed.
	Conflict Kind = 5
	// StoreFailed is a store that is locked, missing or broken.
	StoreFailed Kind = 6
	// Unavailable is a server that does not answer or is busy: try again.
	Unavailable Kind = 7
	// CheckFailed is a check that was asked for and did not hold.
	CheckFailed Kind = 8
	// Interrupted is the caller's own wish to stop.
	Interrupted Kind = 130
)

// An Error says what failed and why in one line, and what to do next in another.
// Neither holds a secret.
type Error struct {
	// Kind says what a program should do.
	Kind Kind
	// Message is one line, without a capital or a full stop.
	Message string
	// Hint says what to do next; it may be empty.
	Hint string
	// Lost tells that a store has not got any more what it kept, or only something that
	// nothing can be made of. See [ErrLost].
	Lost bool
	// Cause is what failed below; it may be nil.
	Cause error
}

// ErrLost is what [errors.Is] finds in the error of an item that a store has lost. All
// that it can do is to be made anew, whereas one that could not be read may be there
// unharmed. The error's kind is StoreFailed.
var ErrLost = errors.New("lost")

// Error returns the message, and the cause's when there is one.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes [errors.Is] find [ErrLost].
func (e *Error) Is(target error) bool { return e.Lost && target == ErrLost }

// Is tells whether err is, or wraps, an [*Error] of this kind.
func (k Kind) Is(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}
