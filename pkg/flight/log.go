package flight

import (
	"os"
	"time"
)

// An entry is what is known of the latest flight. It rests in the lock's own file,
// as its time and size, which need no room on a full disk. Nothing depends on it but
// how many fly: where it cannot be written or read, more may than have to.
type entry struct {
	// at is when the flight took off, or when it failed.
	at     time.Time
	failed bool
}

// anew tells whether the flight took off after asked, and has not failed.
func (e entry) anew(asked time.Time) bool { return !e.failed && !e.at.Before(asked) }

// failedSince tells whether the flight failed after asked.
func (e entry) failedSince(asked time.Time) bool { return e.failed && !e.at.Before(asked) }

func (f Flights) last(name string) entry {
	info, err := os.Stat(f.locks.File(name))
	if err != nil {
		return entry{}
	}
	return entry{at: info.ModTime(), failed: info.Size() > 0}
}

func (f Flights) takeOff(name string) { f.note(name, 0) }

func (f Flights) crash(name string) { f.note(name, 1) }

func (f Flights) note(name string, size int64) {
	file, now := f.locks.File(name), time.Now()
	if os.Truncate(file, size) == nil {
		os.Chtimes(file, now, now) //nolint:errcheck // see entry
	}
}
