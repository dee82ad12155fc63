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

	"filippo.io/age"

	"github.com/apitok/apitok/pkg/apitok"
)

// TestMain makes a process of its own of the test binary: one that moves everything
// and is killed at the nth step, or one that writes.
func TestMain(m *testing.M) {
	task, dir, _ := strings.Cut(os.Getenv("STORE_TASK"), " ")
	switch task {
	case "move":
		at, err := strconv.Atoi(os.Getenv("KILL_AT"))
		if err == nil {
			err = moveIn(context.Background(), dir, File, &steps{at: at})
		}
		if err != nil {
			fmt.Print(err)
			os.Exit(1)
		}
	case "write":
		if err := writeMany(context.Background(), dir); err != nil {
			fmt.Print(err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// steps counts the writes to places and kills the process at one of them, before or
// after it: odd numbers are before.
type steps struct{ at, n int }

func (s *steps) step() {
	if s.n++; s.n == s.at {
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			self.Kill()
		}
		select {}
	}
}

// A watched place takes a step before and after each write.
type watched struct {
	place
	*steps
}

func (w watched) set(ctx context.Context, key, text string, ends time.Time) error {
	w.step()
	defer w.step()
	return w.place.set(ctx, key, text, ends)
}

func (w watched) remove(ctx context.Context, key string) error {
	w.step()
	defer w.step()
	return w.place.remove(ctx, key)
}

// optionsIn seals files with the identity in the folder, or with a passphrase where
// there is none.
func optionsIn(dir string, kind Kind) Options {
	identity := filepath.Join(dir, "key.txt")
	if _, err := os.Stat(identity); err != nil {
		identity = ""
	}
	return Options{
		Store: kind, Dir: dir, AgeIdentity: identity, Note: func(string) {}, Chosen: func(context.Context, Kind) {},
		Passphrase: func(context.Context, bool) (apitok.Secret, error) { return apitok.NewSecret("passphrase"), nil },
	}
}

// chosen is the file in which a test's choice of place is written down.
func chosen(dir string) string { return filepath.Join(dir, "chosen") }

// moveIn moves everything from the place that was chosen to another.
func moveIn(ctx context.Context, dir string, to Kind, s *steps) error {
	from, err := os.ReadFile(chosen(dir))
	if err != nil {
		return err
	}
	move := &Move{
		From: optionsIn(dir, Kind(from)), To: optionsIn(dir, to), InUse: func(Kind) bool { return false },
		Choose: func(context.Context) error {
			s.step()
			defer s.step()
			return os.WriteFile(chosen(dir), []byte(to), 0o600)
		},
	}
	watch := func(p place) place { return watched{p, s} }
	move.From.watch, move.To.watch = watch, watch
	_, err = move.Run(ctx, false)
	return err
}

var (
	secretOf = func(client string) apitok.Item {
		return apitok.Item{Kind: apitok.SecretItem, Server: "https://s", Realm: "r", Client: client}
	}
	tokenOf = func(client string) apitok.Item {
		return apitok.Item{Kind: apitok.TokenItem, Server: "https://s", Realm: "r", Client: client}
	}
	clients = []string{"a", "b", "c"}
)

func open(t *testing.T, dir string, kind Kind) *Store {
	t.Helper()
	s, err := Open(optionsIn(dir, kind))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *Store, item apitok.Item, text string) {
	t.Helper()
	if err := s.Put(t.Context(), item, apitok.NewSecret(text), time.Time{}); err != nil {
		t.Fatal(err)
	}
}

// filled is a folder with a plaintext store of some secrets.
func filled(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	identity, err := age.GenerateX25519Identity()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "key.txt"), []byte(identity.String()+"\n"), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, Plaintext)
	for _, client := range clients {
		put(t, s, secretOf(client), "secret "+client)
	}
	put(t, s, tokenOf("a"), "a token")
	if err := os.WriteFile(chosen(dir), []byte(Plaintext), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// holds demands that a place holds all secrets, or none, also by its index.
func holds(t *testing.T, dir string, kind Kind, all bool) {
	t.Helper()
	s := open(t, dir, kind)
	items, err := s.secrets.items(false)
	want := 0
	if all {
		want = len(clients)
	}
	if err != nil || len(items) != want {
		t.Errorf("%s holds %v, %v", kind, items, err)
	}
	for _, client := range clients {
		secret, err := s.Get(t.Context(), secretOf(client))
		if all && (err != nil || secret.Reveal() != "secret "+client) || !all && !apitok.NotFound.Is(err) {
			t.Errorf("%s has %q as the secret of %s, %v", kind, secret.Reveal(), client, err)
		}
	}
}

// TestMoveSurvivesKills kills a move before and after each step. What was chosen
// holds everything then, and the same move again, or the way back, completes it.
func TestMoveSurvivesKills(t *testing.T) {
	complete := &steps{}
	if err := moveIn(t.Context(), filled(t), File, complete); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= complete.n; n++ {
		for _, again := range []Kind{File, Plaintext} {
			t.Run(strconv.Itoa(n)+"/"+string(again), func(t *testing.T) {
				dir := filled(t)
				killed := exec.CommandContext(t.Context(), os.Args[0])
				killed.Env = []string{"STORE_TASK=move " + dir, "KILL_AT=" + strconv.Itoa(n)}
				out, err := killed.CombinedOutput()
				exit := new(exec.ExitError)
				if !errors.As(err, &exit) || exit.ExitCode() != -1 {
					t.Fatalf("it was not killed: %s, %v", out, err)
				}
				now, err := os.ReadFile(chosen(dir))
				if err != nil {
					t.Fatal(err)
				}
				for _, client := range clients {
					if secret, err := open(t, dir, Kind(now)).Get(t.Context(), secretOf(client)); err != nil || secret.Reveal() != "secret "+client {
						t.Errorf("after the kill: %q, %v", secret.Reveal(), err)
					}
				}
				if err := moveIn(t.Context(), dir, again, &steps{}); err != nil {
					t.Fatal(err)
				}
				holds(t, dir, File, again == File)
				holds(t, dir, Plaintext, again == Plaintext)
			})
		}
	}
}

// TestMoveTakesWhatChangedMeanwhile: a secret that is changed in the old place while
// the move is under way is not lost.
func TestMoveTakesWhatChangedMeanwhile(t *testing.T) {
	dir := filled(t)
	move := &Move{From: optionsIn(dir, Plaintext), To: optionsIn(dir, File), InUse: func(Kind) bool { return false }, Choose: func(context.Context) error {
		put(t, open(t, dir, Plaintext), secretOf("a"), "rotated here")
		put(t, open(t, dir, File), secretOf("b"), "rotated there")
		return nil
	}}
	if _, err := move.Run(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if tokens, err := open(t, dir, Plaintext).tokens.items(true); len(tokens) > 0 || err != nil {
		t.Errorf("tokens are left: %v, %v", tokens, err)
	}
	for client, want := range map[string]string{"a": "rotated here", "b": "rotated there", "c": "secret c"} {
		if got, err := open(t, dir, File).Get(t.Context(), secretOf(client)); got.Reveal() != want {
			t.Errorf("%q, %v", got.Reveal(), err)
		}
	}
	if items, err := open(t, dir, Plaintext).Items(t.Context()); len(items) > 0 || err != nil {
		t.Errorf("the old place holds %v, %v", items, err)
	}
}
