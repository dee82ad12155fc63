package prompt_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/apitok/apitok/internal/prompt"
)

const cleared = "\r\x1b[K"

func drawn(line string) string { return "\r" + line + "\x1b[K" }

// bar is one of a width, of which some columns are full.
func bar(full, width int) string {
	return strings.Repeat("█", full) + strings.Repeat("░", width-full)
}

func TestProgress(t *testing.T) {
	type step struct {
		after       time.Duration // since the run began
		done, total int           // total 0: Clear
	}
	const ms = time.Millisecond
	for _, test := range []struct {
		name  string
		width int
		plain bool
		steps []step
		want  string
	}{
		{"short run", 80, false, []step{{0, 1, 9}, {499 * ms, 8, 9}, {499 * ms, 0, 0}}, ""},
		{"long run", 80, false, []step{{500 * ms, 1, 4}, {2 * time.Second, 4, 4}, {3 * time.Second, 0, 0}},
			drawn("Reading "+bar(10, 40)+" 1/4") + drawn("Reading "+bar(40, 40)+" 4/4") + cleared},
		{"not too often", 80, false, []step{{500 * ms, 0, 4}, {599 * ms, 1, 4}, {600 * ms, 2, 4}, {699 * ms, 3, 4}},
			drawn("Reading "+bar(0, 40)+" 0/4") + drawn("Reading "+bar(20, 40)+" 2/4")},
		{"goes on after clear", 80, false, []step{{500 * ms, 1, 4}, {510 * ms, 0, 0}, {520 * ms, 0, 0}, {600 * ms, 2, 4}},
			drawn("Reading "+bar(10, 40)+" 1/4") + cleared + drawn("Reading "+bar(20, 40)+" 2/4")},
		{"more than all", 80, false, []step{{time.Second, 5, 4}}, drawn("Reading " + bar(40, 40) + " 5/4")},
		{"narrow", 32, false, []step{{time.Second, 20, 40}}, drawn("Reading " + bar(9, 17) + " 20/40")},
		{"too narrow for a bar", 24, false, []step{{time.Second, 20, 40}}, drawn("Reading 20/40")},
		{"too narrow for the title", 10, false, []step{{time.Second, 20, 40}}, drawn("Rea 20/40")},
		{"too narrow for anything", 6, false, []step{{time.Second, 20, 40}}, ""},
		{"plain", 80, true, []step{{time.Second, 1, 4}, {2 * time.Second, 0, 0}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			begin := time.Unix(0, 0)
			now := begin
			p := prompt.Terminal{Out: &out, Plain: test.plain, Width: test.width, Now: func() time.Time { return now }}.Progress("Reading")
			for _, step := range test.steps {
				now = begin.Add(step.after)
				if step.total == 0 {
					p.Clear()
					continue
				}
				p.Show(step.done, step.total)
			}
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
		})
	}
}

// TestProgressFits: at no width is a line longer than it, nor does it touch the last column.
func TestProgressFits(t *testing.T) {
	for width := range 120 {
		var out bytes.Buffer
		now := time.Unix(0, 0)
		p := prompt.Terminal{Out: &out, Width: width, Now: func() time.Time { return now }}.Progress("Reading the realm's clients")
		now = now.Add(time.Second)
		p.Show(12345, 67890)
		line := strings.TrimSuffix(strings.TrimPrefix(out.String(), "\r"), "\x1b[K")
		if columns := utf8.RuneCountInString(line); columns >= max(width, 1) {
			t.Errorf("width %d: %d columns: %q", width, columns, line)
		}
	}
}
