// Package flight has one of the many processes that want the same thing get it,
// and all the others take what that one got. It knows nothing of what is wanted.
//
// They meet at a lock, which the kernel frees when its holder dies. Where there are
// no locks, each gets by itself what it wants.
package flight

import (
	"context"
	"time"

	"github.com/apitok/apitok/pkg/atomicfile"
)

// lockPatience is how long a file system may take to say whether a lock is free.
const lockPatience = time.Second

// patience is how long the flight of another process is waited for before this one
// takes off by itself: much longer than a server takes to answer, and much shorter
// than one that hangs may.
const patience = 5 * time.Second

// Flights are where the processes of this machine meet. The zero value has nowhere
// to meet.
type Flights struct {
	locks    atomicfile.Locks
	patience time.Duration
}

// At lets processes meet in the folder dir, which is made when it is needed; "" is
// nowhere.
func At(dir string) Flights { return Flights{locks: atomicfile.Locks{Dir: dir}, patience: patience} }

// Work is how to get a thing.
type Work struct {
	// Look tells whether it is there by now. anew tells that the latest flight took
	// off after this process asked, and has landed.
	Look func(anew bool) (there bool, err error)
	// Fly gets it and puts it where Look finds it.
	Fly func() error
}

// Do has the work done by this process or by another one that is at it, and returns
// when Look has found what is wanted, or Fly has ended. After a flight that failed,
// those who waited for it take off at once and each by itself: none waits for the
// failures of all the others. After one whose process was killed, the next one flies
// for all.
func (f Flights) Do(ctx context.Context, name string, w Work) error {
	asked := time.Now()
	unlock, err := f.try(ctx, name)
	switch {
	case err != nil:
		return w.Fly()
	case unlock == nil:
		return f.follow(ctx, name, asked, w)
	}
	return f.lead(ctx, name, asked, unlock, w)
}

// follow waits for the flight of another process.
func (f Flights) follow(ctx context.Context, name string, asked time.Time, w Work) error {
	patient, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	last, err := f.landing(patient, name)
	if err != nil {
		return w.Fly()
	}
	there, err := w.Look(last.anew(asked))
	if err != nil {
		// All who waited look at the same moment, which may be too much at once.
		there, err = w.Look(last.anew(asked))
	}
	if there || err != nil {
		return err
	}
	if last.failedSince(asked) {
		return w.Fly()
	}
	unlock, err := f.locks.Lock(patient, name)
	if err != nil {
		return w.Fly()
	}
	return f.lead(ctx, name, asked, unlock, w)
}

// Try is Do for what can wait: it does nothing while another process is at it.
func (f Flights) Try(ctx context.Context, name string, w Work) error {
	asked := time.Now()
	unlock, err := f.try(ctx, name)
	switch {
	case err != nil:
		return w.Fly()
	case unlock == nil:
		return nil
	}
	return f.lead(ctx, name, asked, unlock, w)
}

func (f Flights) try(ctx context.Context, name string) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	return f.locks.TryLock(ctx, name)
}

// landing waits until nobody flies, and reads what is known of the latest flight
// before another takes off.
func (f Flights) landing(ctx context.Context, name string) (entry, error) {
	unlock, err := f.locks.Share(ctx, name)
	if err != nil {
		return entry{}, err
	}
	defer unlock()
	return f.last(name), nil
}

// lead flies for all. Another may have done so between the last look and the lock.
func (f Flights) lead(ctx context.Context, name string, asked time.Time, unlock func(), w Work) error {
	defer unlock()
	last := f.last(name)
	if there, err := w.Look(last.anew(asked)); there || err != nil {
		return err
	}
	if last.failedSince(asked) {
		unlock()
		return w.Fly()
	}
	f.takeOff(name)
	err := w.Fly()
	if err != nil && ctx.Err() == nil {
		f.crash(name)
	}
	return err
}
