package prompt_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/term"

	"github.com/apitok/apitok/internal/prompt"
	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/apitok"
)

// TestAtATerminal asks at a pseudo terminal that can do everything.
func TestAtATerminal(t *testing.T) {
	twins := []prompt.Option{{Label: "twin", Value: "first"}, {Label: "twin", Value: "second"}}
	chosen := roles(300, 7, 250)
	for _, test := range []struct {
		name string
		ask  question
		// steps are texts to wait for, each with the keys that are typed then
		steps [][2]string
		want  any
		kind  apitok.Kind
	}{
		{"input", input("", nil), [][2]string{{"more about it", " ci \r"}}, "ci", 0},
		{"input from initial", input("ci", nil), [][2]string{{"ci", "-2\r"}}, "ci-2", 0},
		{"input emptied", input("c", nil), [][2]string{{"Name", "\x7f\r"}}, "", 0},
		{"input refused", input("", seven), [][2]string{{"Name", "8\r"}, {"only seven", "\x7f7\r"}}, "7", 0},
		{"input interrupted", input("ci", nil), [][2]string{{"Name", "\x03"}}, "", apitok.Interrupted},
		{"confirm", confirm, [][2]string{{"Sure", "y"}}, true, 0},
		{"confirm interrupted", confirm, [][2]string{{"Sure", "\x03"}}, false, apitok.Interrupted},
		{"secret", secret, [][2]string{{"Secret", "s3\r"}}, "s3", 0},
		{"choose", choose(roles(3)), [][2]string{{"Role 002", "\x1b[B\r"}}, "1", 0},
		{"choose selected", choose(chosen), [][2]string{{"Role 007", "\r"}}, "7", 0},
		{"choose found", choose(roles(300)), [][2]string{{"finds", "/"}, {"/", "299"}, {"299", "\r"}}, "299", 0},
		{"choose interrupted", choose(roles(3)), [][2]string{{"Role 002", "\x03"}}, "", apitok.Interrupted},
		{"pick", pick(roles(300)), [][2]string{{"Role 001", " \x1b[B "}, {"✓", "\r"}}, []string{"0", "1"}, 0},
		{"pick selected", pick(chosen), [][2]string{{"Role 007", "\r"}}, []string{"7", "250"}, 0},
		{"pick found", pick(chosen), [][2]string{{"finds", "/"}, {"/", "299"}, {"299", "\r"}, {"299", " \r"}}, []string{"7", "250", "299"}, 0},
		{"pick, none found", pick(roles(3)), [][2]string{{"finds", "/"}, {"/", "zz"}, {"zz", "\x1b[B"}, {"Role 000", " "}, {"✓", "\r"}}, []string{"0"}, 0},
		{"pick one twin", pick(twins), [][2]string{{"twin (2)", " \r"}}, []string{"first"}, 0},
		{"pick interrupted", pick(roles(3)), [][2]string{{"Role 002", "\x03"}}, []string(nil), apitok.Interrupted},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("TERM", "xterm")
			tty := testkit.NewTTY(t, 24, 80)
			answered := asked(t.Context(), prompt.Terminal{In: tty.File, Out: tty.File, Width: 80}, test.ask)
			for _, step := range test.steps {
				tty.Await(step[0])
				tty.Type(step[1])
			}
			a := wait(t, answered)
			if diff := cmp.Diff(test.want, a.got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if kindOf(a.err) != test.kind {
				t.Errorf("error %v, want kind %d", a.err, test.kind)
			}
		})
	}
}

// TestQuestionsInARow: what is typed goes to the question that is being asked, not to one that has been answered.
func TestQuestionsInARow(t *testing.T) {
	t.Setenv("TERM", "xterm")
	tty := testkit.NewTTY(t, 24, 80)
	for n := range 20 {
		initial := fmt.Sprintf("name-%d", n)
		answered := asked(t.Context(), prompt.Terminal{In: tty.File, Out: tty.File, Width: 80}, input(initial, nil))
		tty.Await(initial)
		tty.Type("!")
		tty.Await("!")
		tty.Type("\r")
		if a := wait(t, answered); a.got != initial+"!" || a.err != nil {
			t.Errorf("%v, %v", a.got, a.err)
		}
	}
}

// TestInterruptedFromOutside ends the context while a person is asked.
func TestInterruptedFromOutside(t *testing.T) {
	t.Setenv("TERM", "xterm")
	for name, ask := range map[string]question{"confirm": confirm, "input": input("S", nil), "secret": secret} {
		for _, plain := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/plain %v", name, plain), func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				tty := testkit.NewTTY(t, 24, 80)
				before := settings(t, tty)
				answered := asked(ctx, prompt.Terminal{In: tty.File, Out: tty.File, Width: 80, Plain: plain}, ask)
				tty.Await("S")
				cancel()
				if a := wait(t, answered); kindOf(a.err) != apitok.Interrupted {
					t.Errorf("answer %v, error %v", a.got, a.err)
				}
				defer func() {
					if plain { // let go of what still reads, or it would read from the next test's terminal
						tty.Type("\r")
						tty.Await("\n")
						tty.Await("\n")
					}
				}()
				if !reflect.DeepEqual(before, settings(t, tty)) {
					t.Error("the terminal is left in another state")
				}
			})
		}
	}
}

// settings are the terminal's: whether it echoes, and the like.
func settings(t *testing.T, tty *testkit.TTY) *term.State {
	t.Helper()
	state, err := term.GetState(int(tty.File.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return state
}
