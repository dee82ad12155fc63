package cli_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The table of use cases lies between these lines of the page.
const (
	tableBegins = "<!-- Written by the tests: UPDATE_SCRIPTS=1, TestUseCases. -->\n"
	writtenEnds = "<!-- End of what the tests write. -->\n"
)

// outcomes are what came of use cases, by script and kind of server.
type outcomes struct {
	mu sync.Mutex
	of map[[2]string]string
}

func newOutcomes() *outcomes { return &outcomes{of: map[[2]string]string{}} }

func (o *outcomes) add(script, kind, outcome string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if outcome == "" {
		outcome = works
	}
	o.of[[2]string{script, kind}] = outcome
}

// table writes the table and below it, numbered, the words of each refusal.
func (o *outcomes) table(t testing.TB, scripts []string) string {
	var table, answers strings.Builder
	table.WriteString("| what you want | how |")
	for _, c := range columns() {
		table.WriteString(" " + c.title + " |")
	}
	table.WriteString("\n|---|---|" + strings.Repeat("---|", len(columns())) + "\n")
	var refusals []string
	for _, script := range scripts {
		want, how := useCaseTitle(t, script)
		fmt.Fprintf(&table, "| %s | `%s` |", want, how)
		for _, c := range columns() {
			outcome := o.of[[2]string{script, c.kind}]
			if outcome != works {
				if !slices.Contains(refusals, outcome) {
					refusals = append(refusals, outcome)
				}
				outcome = fmt.Sprintf("refused (%d)", slices.Index(refusals, outcome)+1)
			}
			table.WriteString(" " + outcome + " |")
		}
		table.WriteString("\n")
	}
	for i, refusal := range refusals {
		message, hint, _ := strings.Cut(refusal, "\nhint: ")
		fmt.Fprintf(&answers, "%d. `%s`", i+1, message)
		if hint != "" {
			fmt.Fprintf(&answers, "; hint: `%s`", hint)
		}
		answers.WriteByte('\n')
	}
	return table.String() + "\nRefused, in apitok's words:\n\n" + answers.String()
}

// complete tells whether every script ran on every kind of server.
func (o *outcomes) complete(scripts []string) bool { return len(o.of) == len(scripts)*len(columns()) }

// compare demands that the page holds the table.
func (o *outcomes) compare(t *testing.T, scripts []string, page string) {
	_, rest, _ := strings.Cut(page, tableBegins)
	if got, _, _ := strings.Cut(rest, writtenEnds); got != o.table(t, scripts) {
		t.Errorf("docs/exchange.md says\n%s\nand the servers say\n%s", got, o.table(t, scripts))
	}
}

// replaceWritten puts text in the place of what the tests wrote on a page, which begins with a line of its own.
func replaceWritten(t *testing.T, page, first, text string) string {
	before, rest, begins := strings.Cut(page, first)
	_, after, ends := strings.Cut(rest, writtenEnds)
	if !begins || !ends {
		t.Fatal("the page has no place for what the tests write")
	}
	return before + first + text + writtenEnds + after
}

// useCaseTitle is what the first two lines of a script say.
func useCaseTitle(t testing.TB, script string) (want, how string) {
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitN(string(text), "\n", 3)
	return strings.TrimPrefix(lines[0], "# "), strings.TrimPrefix(lines[1], "# ")
}
