package prompt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/internal/prompt"
	"github.com/apitok/apitok/pkg/apitok"
)

// A question is one of package prompt's, with all but the terminal decided.
type question func(context.Context, prompt.Terminal) (any, error)

func input(initial string, check func(string) error) question {
	return func(ctx context.Context, t prompt.Terminal) (any, error) {
		return t.Input(ctx, "Name", "more about it", initial, check)
	}
}

func choose(options []prompt.Option) question {
	return func(ctx context.Context, t prompt.Terminal) (any, error) { return t.Choose(ctx, "Which one", options) }
}

func pick(options []prompt.Option) question {
	return func(ctx context.Context, t prompt.Terminal) (any, error) { return t.Pick(ctx, "Which ones", options) }
}

func confirm(ctx context.Context, t prompt.Terminal) (any, error) { return t.Confirm(ctx, "Sure") }

func secret(ctx context.Context, t prompt.Terminal) (any, error) {
	s, err := t.Secret(ctx, "Secret")
	return s.Reveal(), err
}

type answer struct {
	got any
	err error
}

// asked asks and gives the answer when there is one.
func asked(ctx context.Context, t prompt.Terminal, ask question) <-chan answer {
	answered := make(chan answer, 1)
	go func() {
		got, err := ask(ctx, t)
		answered <- answer{got, err}
	}()
	return answered
}

// wait gives the answer, if the question takes what was typed for one.
func wait(t *testing.T, answered <-chan answer) answer {
	t.Helper()
	select {
	case a := <-answered:
		return a
	case <-time.After(20 * time.Second):
		t.Fatal("the question is still waiting for an answer")
		return answer{}
	}
}

// kindOf is 0 for no error and -1 for one that is not ours.
func kindOf(err error) apitok.Kind {
	if err == nil {
		return 0
	}
	if e := new(apitok.Error); errors.As(err, &e) {
		return e.Kind
	}
	return -1
}

// roles are as many as a large realm has.
func roles(n int, selected ...int) []prompt.Option {
	options := make([]prompt.Option, n)
	for i := range options {
		options[i] = prompt.Option{Label: fmt.Sprintf("Role %03d", i), Value: fmt.Sprint(i)}
	}
	for _, i := range selected {
		options[i].Selected = true
	}
	return options
}

func seven(text string) error {
	if text != "7" {
		return errors.New("only seven will do")
	}
	return nil
}

// TestPlain asks at a terminal that can do little.
func TestPlain(t *testing.T) {
	instructions := "Which ones\nA number or a range such as 3-7 picks or drops, /text finds, an empty line ends.\n"
	no := func(word string) string {
		return fmt.Sprintf("%q is no number from 1 to 3, and no range of them\nPick, drop or find: ", word)
	}
	for _, test := range []struct {
		name  string
		ask   question
		typed string
		want  any
		kind  apitok.Kind
		out   string // all that is written, if not empty
	}{
		{"confirm", confirm, "y\n", true, 0, "Sure [y/N] \n"},
		{"confirm nothing", confirm, "\n", false, 0, ""},
		{"confirm at the end", confirm, "", false, apitok.Interrupted, ""},
		{"confirm half a line", confirm, "y", false, apitok.Interrupted, ""},
		{"input", input("", nil), " ci \n", "ci", 0, "more about it\nName: \n"},
		{"input nothing", input("ci", seven), "\n7\n", "7", 0, "more about it\nName [ci]: only seven will do\nName [ci]: \n"},
		{"input initial", input("7", seven), "\n", "7", 0, ""},
		{"input at the end", input("7", seven), "", "", apitok.Interrupted, ""},
		{"input refused at the end", input("", seven), "8\n", "", apitok.Interrupted, ""},
		{"choose", choose(roles(2)), "2\n", "1", 0,
			"Which one [Role 000]: \n1. Role 000\n2. Role 001\nEnter a number between 1 and 2: \n"},
		{"choose selected", choose(roles(300, 7)), "\n", "7", 0, ""},
		{"choose what is not there", choose(roles(3)), "4\n0\nx\n3\n", "2", 0, ""},
		{"choose at the end", choose(roles(3)), "", "", apitok.Interrupted, ""},
		{"choose from nothing", choose(nil), "", "", apitok.NotFound, ""},
		{"pick", pick(roles(3, 1)), "3, 1\n\n", []string{"0", "1", "2"}, 0,
			instructions + "1. [ ] Role 000\n2. [x] Role 001\n3. [ ] Role 002\nPick, drop or find: \n" +
				"3. [x] Role 002\n1. [x] Role 000\nPick, drop or find: \n"},
		{"pick and drop", pick(roles(9, 1)), "1-3 9\n3\n\n", []string{"0", "8"}, 0, ""},
		{"pick found", pick(roles(300, 7)), "/rOLE 29\n300\n\n", []string{"7", "299"}, 0,
			instructions + "8. [x] Role 007\n300 options, of which 1 are picked\nPick, drop or find: \n" +
				"291. [ ] Role 290\n292. [ ] Role 291\n293. [ ] Role 292\n294. [ ] Role 293\n295. [ ] Role 294\n" +
				"296. [ ] Role 295\n297. [ ] Role 296\n298. [ ] Role 297\n299. [ ] Role 298\n300. [ ] Role 299\n" +
				"Pick, drop or find: \n300. [x] Role 299\nPick, drop or find: \n"},
		{"pick what is not there", pick(roles(3)), "4\n0\n2-1\n1-\n1 4\n\n", []string{}, 0,
			instructions + "1. [ ] Role 000\n2. [ ] Role 001\n3. [ ] Role 002\n" +
				"Pick, drop or find: " + no("4") + no("0") + no("2-1") + no("1-") + no("4") + "\n"},
		{"pick at the end", pick(roles(3)), "1\n", []string(nil), apitok.Interrupted, ""},
		{"pick from nothing", pick(nil), "", []string(nil), 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			got, err := test.ask(t.Context(), prompt.Terminal{In: strings.NewReader(test.typed), Out: &out, Plain: true})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if kindOf(err) != test.kind {
				t.Errorf("error %v, want kind %d", err, test.kind)
			}
			if diff := cmp.Diff(test.out, out.String()); test.out != "" && diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
			if strings.Contains(out.String(), "\x1b") {
				t.Errorf("escape sequences on a plain terminal: %q", out.String())
			}
		})
	}
}

// TestPlainQuestionsShareTheInput: a question reads its own line and no more.
func TestPlainQuestionsShareTheInput(t *testing.T) {
	terminal := prompt.Terminal{In: strings.NewReader("ci\n2\ny\n"), Out: new(bytes.Buffer), Plain: true}
	for _, test := range []struct {
		ask  question
		want any
	}{{input("", nil), "ci"}, {choose(roles(3)), "1"}, {confirm, true}} {
		if got, err := test.ask(t.Context(), terminal); got != test.want || err != nil {
			t.Errorf("%v, %v; want %v", got, err, test.want)
		}
	}
}
