package ledger

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/pkg/apitok"
)

// TestLedger has many write at once; each is read back once, as it ended, and a line that
// was broken off is passed over, and takes none with it.
func TestLedger(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "apitok")
	at := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	const many = 50
	var all sync.WaitGroup
	for n := range many {
		all.Go(func() {
			l := At(folder)
			use := apitok.Impersonation{ID: strconv.Itoa(n), At: at, User: "alice", Reason: "a\nb", Outcome: apitok.Begun}
			for _, outcome := range []apitok.Outcome{apitok.Begun, apitok.Given} {
				use.Outcome = outcome
				if err := l.Write(use); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	file := filepath.Join(folder, "impersonations.jsonl")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := At(folder).add([]byte(`{"id":"cut`)); err != nil {
		t.Fatal(err)
	}
	if err := At(folder).Write(apitok.Impersonation{ID: "after", At: at, User: "alice", Reason: "a\nb", Outcome: apitok.Given}); err != nil {
		t.Fatal(err)
	}
	uses, err := At(folder).Uses(at)
	if err != nil || len(uses) != many+1 {
		t.Fatalf("%d uses, %v", len(uses), err)
	}
	for _, use := range uses {
		want := apitok.Impersonation{ID: use.ID, At: at, By: use.By, User: "alice", Reason: "a\nb", Outcome: apitok.Given}
		if diff := cmp.Diff(want, use); diff != "" {
			t.Error(diff)
		}
	}
	if later, err := At(folder).Uses(at.Add(time.Second)); err != nil || len(later) != 0 {
		t.Errorf("%v, %v", later, err)
	}
}

// TestNowhere refuses what cannot be written.
func TestNowhere(t *testing.T) {
	occupied := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(occupied, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"", filepath.Join(occupied, "apitok")} {
		if err := At(folder).Write(apitok.Impersonation{}); !apitok.Failed.Is(err) {
			t.Errorf("in %q: %v", folder, err)
		}
	}
}
