// Package output writes a command's answer: tables for people, tab-separated
// lines for pipes, JSON for programs. It is the only importer of tablewriter.
//
// Text that came from a server is shown with its control characters made
// visible, so that it cannot act on a terminal.
package output

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/apitok/apitok/pkg/apitok"
)

// Clean makes control characters and those that turn the direction of writing
// visible, as Go would write them in a string.
func Clean(text string) string {
	if strings.IndexFunc(text, hostile) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if hostile(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// hostile tells whether a character does something instead of showing something.
// The zero-width joiners stay: names in some scripts need them.
func hostile(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// chunk is how many rows a table lines up at once: enough for every screen, and
// few enough that a long list needs no more memory than a short one.
const chunk = 200

// A Rows takes the rows of a list. Close ends it; nothing is shown of a table
// before.
type Rows interface {
	Row(cells ...string) error
	Close() error
}

// NewTable makes a list for people, with a header.
func NewTable(w io.Writer, header ...string) Rows { return &table{w: w, header: header} }

// NewLines makes a list for pipes: one row a line, cells between tabs, no header.
func NewLines(w io.Writer) Rows { return lines{w} }

type table struct {
	w      io.Writer
	header []string
	rows   [][]string
}

func (t *table) Row(cells ...string) error {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = Clean(cell)
	}
	t.rows = append(t.rows, row)
	if len(t.rows) < chunk {
		return nil
	}
	return t.Close()
}

func (t *table) Close() error {
	if len(t.rows) == 0 {
		return nil
	}
	w := tablewriter.NewTable(t.w,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone},
		})),
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignment(tw.AlignLeft), tablewriter.WithRowAlignment(tw.AlignLeft),
		tablewriter.WithRowAutoWrap(tw.WrapNone), tablewriter.WithPadding(tw.Padding{Right: "  ", Overwrite: true}))
	if len(t.header) > 0 {
		w.Header(t.header)
	}
	if err := w.Bulk(t.rows); err != nil {
		return err
	}
	t.rows = nil
	return w.Render()
}

type lines struct{ w io.Writer }

func (l lines) Row(cells ...string) error {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = Clean(cell)
	}
	_, err := fmt.Fprintln(l.w, strings.Join(row, "\t"))
	return err
}

func (lines) Close() error { return nil }

// Time shows a moment in RFC 3339, or none where it is zero.
func Time(t time.Time, none string) string {
	if t.IsZero() {
		return none
	}
	return t.UTC().Format(time.RFC3339)
}

// LastUse shows when a credential was last used: a moment, "never" or "unknown".
func LastUse(c apitok.Credential) string {
	return Time(c.LastUsedAt, lastUse(c))
}

// lastUse says how much is known of a credential's last use.
func lastUse(c apitok.Credential) string {
	switch {
	case !c.LastUseKnown:
		return "unknown"
	case c.LastUsedAt.IsZero():
		return "never"
	}
	return "known"
}

// Roles shows a role policy.
func Roles(c apitok.Credential) string {
	words := []string{string(c.Roles)}
	if c.Group.Path != "" {
		words = append(words, c.Group.Path)
	}
	if len(c.RoleList) > 0 {
		words = append(words, strings.Join(c.RoleList, ","))
	}
	if len(c.Except) > 0 {
		words = append(words, "except "+strings.Join(c.Except, ","))
	}
	return strings.Join(words, " ")
}
