package cli_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/internal/testkit"
)

const (
	readme      = "../../README.md"
	tourBegins  = "<!-- Written by the tests: UPDATE_SCRIPTS=1, TestTour. -->\n"
	endOfScreen = "\x04"
)

// A tour is what people see at the terminals of several machines.
type tour struct {
	t    *testing.T
	text strings.Builder
	// rename are pairs of what differs from run to run, and what the README has for it.
	rename []string
	// sessions are those of keys, by their names where they were made.
	sessions map[string]string
}

// A screen is the terminal of one machine.
type screen struct {
	tour *tour
	name string
	desk *desk
	tty  *testkit.TTY
	said strings.Builder
}

func newTour(t *testing.T, d *desk) *tour {
	orders := d.orders()
	d.env = append(d.env, "ORDERS="+orders.URL)
	return &tour{t: t, sessions: map[string]string{}, rename: []string{
		d.proxy.URL, "https://keycloak.example.com", d.realm.Name, "acme", orders.URL, "https://orders.example.com", "127.0.0.1", "192.0.2.7",
		"mallory", "carol", d.realm.User(t, "alice"), "94715367-45c2-4f83-91fc-ec86e2631591",
	}}
}

func (tr *tour) at(name string, d *desk) *screen {
	return &screen{tour: tr, name: name, desk: d, tty: testkit.NewTTY(tr.t, 40, 200)}
}

// run runs a command line at the terminal, while the person does something, and demands that it ends well.
func (s *screen) run(line string, act func()) {
	s.tour.t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir, cmd.Env = s.desk.home, s.desk.env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.tty.File, s.tty.File, s.tty.File
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s.said.Reset()
	if err := cmd.Start(); err != nil {
		s.tour.t.Fatal(err)
	}
	if act != nil {
		act()
	}
	err := cmd.Wait()
	if _, err := s.tty.File.WriteString(endOfScreen); err != nil {
		s.tour.t.Fatal(err)
	}
	s.said.WriteString(s.tty.Await(endOfScreen))
	if err != nil {
		s.tour.t.Fatalf("%s: %v: %s", line, err, s.said.String())
	}
	s.tour.text.WriteString(s.name + "$ " + line + "\n" + strings.ReplaceAll(s.said.String(), "\r\n", "\n"))
}

// await waits until a text is on the screen and returns the rest of its line.
func (s *screen) await(text string) string {
	s.said.WriteString(s.tty.Await(text) + text)
	rest := s.tty.Await("\n")
	s.said.WriteString(rest + "\n")
	return strings.TrimSpace(rest)
}

// know has the sessions of the keys that a machine knows by name.
func (tr *tour) know(desks ...*desk) {
	for _, d := range desks {
		for _, key := range d.keys() {
			shown, named := shownSessions[key.Name]
			if !named {
				continue
			}
			tr.sessions[key.Name] = key.Session
			tr.rename = append(tr.rename, key.Session, shown, shortID(key.Session), shown[:8])
		}
	}
}

// shortID is the beginning of a session's id that names a key of another machine.
func shortID(session string) string { return strings.TrimLeft(session, "-")[:8] }

// shownSessions are the ids that the README has for the sessions of keys, as long as Keycloak's.
var shownSessions = map[string]string{
	"ci": "TDDzP2wPq7RkX0bVn4LsEy6c", "backup": "m3HwUoJ9aZtK5dQfGx1Ci8Nr", "nightly": "Yv6Be2TgSl0WpAk7hRM4jXuD",
}

var (
	padding  = regexp.MustCompile(`(?m) +$`)
	signInAt = regexp.MustCompile(`(openid-connect/auth)\?\S+`)
	userCode = regexp.MustCompile(`\b[A-Z]{4}-[A-Z]{4}\b`)
	moments  = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
)

// fixed is the text with what differs from run to run in the form that the README has.
func (tr *tour) fixed() string {
	text := strings.NewReplacer(tr.rename...).Replace(tr.text.String())
	text = padding.ReplaceAllString(text, "")
	text = signInAt.ReplaceAllString(text, "$1?…")
	text = userCode.ReplaceAllString(text, "WDJB-MJHT")
	return moments.ReplaceAllStringFunc(text, func(moment string) string {
		if at, err := time.Parse(time.RFC3339, moment); err == nil && at.Before(time.Now().Add(24*time.Hour)) {
			return "2026-11-24T09:30:00Z"
		}
		return "2026-12-24T09:30:00Z"
	})
}

// shown demands that the README shows the tour, or writes it there.
func (tr *tour) shown() {
	tr.t.Helper()
	page, err := os.ReadFile(readme)
	if err != nil {
		tr.t.Fatal(err)
	}
	updated := replaceWritten(tr.t, string(page), tourBegins, "```console\n"+tr.fixed()+"```\n")
	switch {
	case os.Getenv("UPDATE_SCRIPTS") != "":
		err = os.WriteFile(readme, []byte(updated), 0o644)
	case updated != string(page):
		tr.t.Errorf("the README does not show what the terminals do:\n%s", cmp.Diff(string(page), updated))
	}
	if err != nil {
		tr.t.Fatal(err)
	}
}
