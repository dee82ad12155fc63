package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// writeMany is what one of several writers does: one item that is its own, and one
// that all write.
func writeMany(ctx context.Context, dir string) error {
	s, err := Open(optionsIn(dir, File))
	if err != nil {
		return err
	}
	own := "writer " + strconv.Itoa(os.Getpid())
	for n := range 3 {
		for _, item := range []apitok.Item{secretOf(own), tokenOf(own), secretOf("common")} {
			if err := s.Put(ctx, item, apitok.NewSecret(item.Client+" "+strconv.Itoa(n)), time.Time{}); err != nil {
				return err
			}
		}
	}
	return s.Delete(ctx, tokenOf(own))
}

// TestManyWriters: none disturbs another, also when there is no identity yet.
func TestManyWriters(t *testing.T) {
	dir := t.TempDir()
	const many = 4
	results := make(chan error, many)
	for range many {
		writer := exec.CommandContext(t.Context(), os.Args[0])
		writer.Env = []string{"STORE_TASK=write " + dir}
		go func() {
			out, err := writer.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("%s: %w", out, err)
			}
			results <- err
		}()
	}
	for range many {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	s := open(t, dir, File)
	items, err := s.Items(t.Context())
	if err != nil || len(items) != many+1 {
		t.Errorf("%v, %v", items, err)
	}
	for _, item := range items {
		if got, err := s.Get(t.Context(), item); err != nil || got.Reveal() != item.Client+" 2" {
			t.Errorf("%s: %q, %v", item.Key(), got.Reveal(), err)
		}
	}
}

// TestReadersAndAWriter: who looks while an item comes and goes finds it or finds
// nothing, and is never told that it was lost.
func TestReadersAndAWriter(t *testing.T) {
	dir := t.TempDir()
	written := make(chan struct{})
	results := make(chan error, 2)
	for range cap(results) {
		go func() { results <- readUntil(t.Context(), open(t, dir, Plaintext), written) }()
	}
	s := open(t, dir, Plaintext)
	for n := range 60 {
		put(t, s, tokenOf("a"), strconv.Itoa(n))
		if err := s.Delete(t.Context(), tokenOf("a")); err != nil {
			t.Error(err)
		}
	}
	close(written)
	for range cap(results) {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}

func readUntil(ctx context.Context, s *Store, end <-chan struct{}) error {
	for {
		select {
		case <-end:
			return nil
		default:
		}
		if _, err := s.Get(ctx, tokenOf("a")); err != nil && !apitok.NotFound.Is(err) {
			return err
		}
	}
}

func TestUnbindTakesNothingElse(t *testing.T) {
	for _, text := range []string{"", "s", "two\nlines\n", form + "\nk\n1\nx"} {
		if got, ok := unbind("k", bind("k", text)); !ok || got != text {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
	bound := bind("k", "some text")
	for _, wrong := range []string{"", "some text", bind("another", "some text"), bound[:len(bound)-1], bound + "x", strings.Replace(bound, "item 1", "item 2", 1)} {
		if got, ok := unbind("k", wrong); ok {
			t.Errorf("%q: %q", wrong, got)
		}
	}
}

// TestLostAndFound: an item that was written and is not there is an error, one
// whose writing or deletion was stopped is not, and either can be written anew and
// deleted.
func TestLostAndFound(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Plaintext)
	item := secretOf("a")
	put(t, s, item, "x")
	place := s.secrets.place
	for _, repair := range []string{"write", "delete"} {
		if err := place.remove(t.Context(), item.Key()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(t.Context(), item); !apitok.StoreFailed.Is(err) || !strings.Contains(err.Error(), "lost the secret of a") {
			t.Errorf("lost: %v", err)
		}
		if repair == "write" {
			put(t, s, item, "y")
		} else if err := s.Delete(t.Context(), item); err != nil {
			t.Error(err)
		}
	}
	if err := s.Delete(t.Context(), item); !apitok.NotFound.Is(err) {
		t.Error(err)
	}
	if _, err := s.secrets.index.begin(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), item); !apitok.NotFound.Is(err) {
		t.Errorf("stopped: %v", err)
	}
}

// TestOldItems: what was kept before items were bound to their keys can be read, in
// the one place that was there then.
func TestOldItems(t *testing.T) {
	old := shelf{kind: Plaintext, place: files{of: Plaintext, dir: t.TempDir(), seal: plain{}}, legacy: true}
	key := secretOf("a").Key()
	for text, want := range map[string]string{`{"client_secret":"x"}`: `{"client_secret":"x"}`, bind(key, "y"): "y", bind("another", "z"): ""} {
		if err := old.place.set(t.Context(), key, text, time.Time{}); err != nil {
			t.Fatal(err)
		}
		got, err := old.get(t.Context(), secretOf("a"))
		if got.Reveal() != want || (want == "") != apitok.StoreFailed.Is(err) {
			t.Errorf("%q: %q, %v", text, got.Reveal(), err)
		}
	}
}

// stop is a place that fails at the nth step, as if the process had been killed.
type stop struct {
	place
	at *int
}

var errStopped = errors.New("stopped")

func (s stop) set(ctx context.Context, key, text string, ends time.Time) error {
	if *s.at--; *s.at == 0 {
		return errStopped
	}
	if err := s.place.set(ctx, key, text, ends); err != nil {
		return err
	}
	if *s.at--; *s.at == 0 {
		return errStopped
	}
	return nil
}

// TestSealedWriteIsWhole stops the write of something long before and after the
// place points to it: the old text is read, or the new, and the next write leaves
// one file. The folder may have any name.
func TestSealedWriteIsWhole(t *testing.T) {
	long := strings.Repeat("long ", 100)
	for at, want := range map[int]string{1: "old " + long, 2: "new " + long} {
		dir := filepath.Join(t.TempDir(), "not a [pattern")
		inner := files{of: Plaintext, dir: filepath.Join(dir, "place"), seal: plain{}}
		s := sealing{place: inner, dir: filepath.Join(dir, "sealed"), limit: 400}
		if err := s.set(t.Context(), "k", "old "+long, time.Time{}); err != nil {
			t.Fatal(err)
		}
		stopped := sealing{place: stop{inner, &at}, dir: s.dir, limit: s.limit}
		if err := stopped.set(t.Context(), "k", "new "+long, time.Time{}); !errors.Is(err, errStopped) {
			t.Fatal(err)
		}
		if got, err := s.get(t.Context(), "k"); got != want || err != nil {
			t.Errorf("%.4s, %v", got, err)
		}
		if err := s.set(t.Context(), "k", "newer "+long, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(s.dir); len(left) != 1 || err != nil {
			t.Errorf("%d files, %v", len(left), err)
		}
		if err := s.remove(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(s.dir); len(left) != 0 || err != nil {
			t.Errorf("%d files, %v", len(left), err)
		}
	}
}

// TestSealedFileOfAnotherItem: a pointer that is moved to another key opens nothing.
func TestSealedFileOfAnotherItem(t *testing.T) {
	dir := t.TempDir()
	inner := files{of: Plaintext, dir: filepath.Join(dir, "place"), seal: plain{}}
	s := sealing{place: inner, dir: filepath.Join(dir, "sealed"), limit: 400}
	if err := s.set(t.Context(), "k", strings.Repeat("x", 500), time.Time{}); err != nil {
		t.Fatal(err)
	}
	pointer, err := inner.get(t.Context(), "k")
	if err == nil {
		err = inner.set(t.Context(), "other", pointer, time.Time{})
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.get(t.Context(), "other"); !apitok.StoreFailed.Is(err) {
		t.Errorf("%q, %v", got, err)
	}
	long := strings.Repeat("k", 1000)
	if err := s.set(t.Context(), long, "x", time.Time{}); err != nil {
		t.Error(err)
	}
	if got, err := s.get(t.Context(), long); got != "x" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestPersonIsTold: one who is there is told, once, that the keyring is slow.
func TestPersonIsTold(t *testing.T) {
	release := make(chan struct{})
	told := 0
	ring := &keyring{patience: time.Minute, waiting: func() { told++; close(release) }}
	text, err := ring.await(t.Context(), func() (string, error) { <-release; return "x", nil })
	if text != "x" || err != nil || told != 1 {
		t.Errorf("%q, %v, told %d times", text, err, told)
	}
}

// TestScriptWaitsOnce: a command that asks the keyring several times, as token --force
// does, does not wait as often.
func TestScriptWaitsOnce(t *testing.T) {
	ring := &keyring{patience: 10 * time.Millisecond}
	if _, err := ring.await(t.Context(), func() (string, error) { select {} }); !apitok.StoreFailed.Is(err) {
		t.Error(err)
	}
	ring.patience = time.Hour // which is not over
	if text, err := ring.await(t.Context(), func() (string, error) { return "asked again", nil }); !apitok.StoreFailed.Is(err) {
		t.Errorf("%q, %v", text, err)
	}
}

// TestProbe leaves nothing, and does not disturb one of another folder at the same
// place.
func TestProbe(t *testing.T) {
	shared := files{of: Plaintext, dir: t.TempDir(), seal: plain{}}
	one, other := open(t, t.TempDir(), Plaintext), open(t, t.TempDir(), Plaintext)
	one.secrets.place = shared
	other.secrets.place = meanwhile{shared, func() {
		if err := one.Probe(t.Context()); err != nil {
			t.Error(err)
		}
	}}
	if err := other.Probe(t.Context()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(shared.dir); len(left) > 0 || err != nil {
		t.Errorf("%d files are left, %v", len(left), err)
	}
	if items, err := other.Items(t.Context()); len(items) > 0 || err != nil {
		t.Errorf("%v, %v", items, err)
	}
}

// meanwhile does something after each write.
type meanwhile struct {
	place
	do func()
}

func (m meanwhile) set(ctx context.Context, key, text string, ends time.Time) error {
	defer m.do()
	return m.place.set(ctx, key, text, ends)
}
