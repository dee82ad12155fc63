package atomicfile

import (
	"context"
	"time"
)

// A BusyError says that another process holds a lock for longer than it was waited for.
type BusyError struct {
	// File is the lock's file.
	File string
	// Waited is for how long.
	Waited time.Duration
}

// Error names the file, by which the process can be found.
func (e *BusyError) Error() string {
	return "another process has held the lock " + e.File + " for " + e.Waited.String()
}

// LockWithin is [Lock] that waits no longer than patience: a process that is stopped or
// hangs keeps its locks. It ends with a [*BusyError] then.
func LockWithin(ctx context.Context, file string, patience time.Duration) (unlock func(), err error) {
	waiting, stop := context.WithTimeout(ctx, patience)
	defer stop()
	unlock, err = Lock(waiting, file)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return nil, &BusyError{file, patience}
	}
	return unlock, err
}
