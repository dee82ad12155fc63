package output

import (
	"fmt"
	"io"
	"strings"
)

// NewColumns makes a list for people who watch it grow: rows are shown at once, their
// cells padded to the widths, in characters; the last is as wide as it is.
func NewColumns(w io.Writer, widths ...int) Rows { return columns{w, widths} }

type columns struct {
	w      io.Writer
	widths []int
}

func (c columns) Row(cells ...string) error {
	var line strings.Builder
	for i, cell := range cells {
		if i < len(c.widths) {
			fmt.Fprintf(&line, "%-*s  ", c.widths[i], Clean(cell))
			continue
		}
		line.WriteString(Clean(cell))
	}
	_, err := fmt.Fprintln(c.w, strings.TrimRight(line.String(), " "))
	return err
}

func (columns) Close() error { return nil }
