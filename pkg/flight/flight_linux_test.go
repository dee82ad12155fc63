package flight

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// meeting is a place to meet in which nobody loses patience.
func meeting(t *testing.T) Flights {
	return Flights{locks: atomicfile.Locks{Dir: filepath.Join(t.TempDir(), "locks")}, patience: time.Minute}
}

var errDown = errors.New("down")

// nothing is what Look says when nothing is there.
func nothing(bool) (bool, error) { return false, nil }

// follow starts many that want what a first one is getting.
func follow(t *testing.T, f Flights, many int, w Work) (ended <-chan error) {
	t.Helper()
	errs := make(chan error, many)
	for range many {
		go func() { errs <- f.Do(t.Context(), "x", w) }()
	}
	return errs
}

// TestAFailureIsNotWaitedForTwice: when the first has failed, the others try at once
// and all at the same time.
func TestAFailureIsNotWaitedForTwice(t *testing.T) {
	f := meeting(t)
	flying, fail := make(chan bool), make(chan bool)
	first := make(chan error)
	go func() {
		first <- f.Do(t.Context(), "x", Work{Look: nothing, Fly: func() error {
			flying <- true
			<-fail
			return errDown
		}})
	}()
	<-flying
	const many = 10
	arrived, leave := make(chan bool), make(chan bool)
	errs := follow(t, f, many, Work{
		Look: nothing,
		Fly:  func() error { arrived <- true; <-leave; return errDown },
	})
	testkit.Waiters(t, many, f.locks.File("x"))
	close(fail)
	for n := range many {
		select {
		case <-arrived:
		case <-time.After(20 * time.Second):
			t.Fatalf("%d fly, the others wait for their failure", n)
		}
	}
	close(leave)
	for range many {
		if err := <-errs; !errors.Is(err, errDown) {
			t.Error(err)
		}
	}
	if err := <-first; !errors.Is(err, errDown) {
		t.Error(err)
	}
}

// TestTheNextOneFliesForAll after a flight of which nobody knows how it ended, and
// after one that was told to stop.
func TestTheNextOneFliesForAll(t *testing.T) {
	f := meeting(t)
	stopped, stop := context.WithCancel(t.Context())
	flying := make(chan bool)
	first := make(chan error)
	go func() {
		first <- f.Do(stopped, "x", Work{Look: nothing, Fly: func() error {
			flying <- true
			<-stopped.Done()
			return stopped.Err()
		}})
	}()
	<-flying
	var there atomic.Bool
	var flights atomic.Int32
	errs := follow(t, f, 10, Work{
		Look: func(bool) (bool, error) { return there.Load(), nil },
		Fly:  func() error { flights.Add(1); there.Store(true); return nil },
	})
	testkit.Waiters(t, 10, f.locks.File("x"))
	stop()
	for range 10 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if err := <-first; !errors.Is(err, context.Canceled) || flights.Load() != 1 {
		t.Errorf("%d flights after %v", flights.Load(), err)
	}
}

// TestTryWaitsForNobody.
func TestTryWaitsForNobody(t *testing.T) {
	f := meeting(t)
	inner := errors.New("it flew too")
	err := f.Try(t.Context(), "x", Work{Look: nothing, Fly: func() error {
		return f.Try(t.Context(), "x", Work{Look: nothing, Fly: func() error { return inner }})
	}})
	if err != nil {
		t.Error(err)
	}
	if err := f.Try(t.Context(), "x", Work{Look: nothing, Fly: func() error { return inner }}); !errors.Is(err, inner) {
		t.Errorf("alone it did not fly: %v", err)
	}
}

// TestNowhereToMeet: each flies.
func TestNowhereToMeet(t *testing.T) {
	for name, f := range map[string]Flights{"zero": {}, "no folder": At("")} {
		for what, do := range map[string]func(context.Context, string, Work) error{"Do": f.Do, "Try": f.Try} {
			if err := do(t.Context(), "x", Work{Look: nothing, Fly: func() error { return errDown }}); !errors.Is(err, errDown) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

// TestAStoreThatFails: what cannot be looked at is an error, not a reason to fly.
func TestAStoreThatFails(t *testing.T) {
	f := meeting(t)
	err := f.Do(t.Context(), "x", Work{Look: func(bool) (bool, error) { return false, errDown }, Fly: func() error { return nil }})
	if !errors.Is(err, errDown) {
		t.Error(err)
	}
}
