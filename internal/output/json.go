package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Pruned is the JSON of a credential that prune chose.
type Pruned struct {
	Credential string `json:"credential"`
	Reason     string `json:"reason"`
	// Deleted is false in a dry run, and where it failed.
	Deleted bool `json:"deleted"`
}

// PrunedOf returns the JSON of a credential that prune chose.
func PrunedOf(p apitok.Prunable, deleted bool) Pruned {
	return Pruned{Credential: p.Credential.Ref().String(), Reason: p.Reason, Deleted: deleted}
}

// OrNull points to what is known, and is null for a zero value.
func OrNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// list is never null.
func list(l []string) []string {
	if l == nil {
		return []string{}
	}
	return l
}

// JSON writes v with a newline.
func JSON(w io.Writer, v any) error {
	b, err := encode(v, "", indent)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", b)
	return err
}

// JSONLine writes v in one line.
func JSONLine(w io.Writer, v any) error {
	b, err := encode(v, "", "")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", b)
	return err
}

// An Array writes a JSON array element by element.
type Array struct {
	w     io.Writer
	begun bool
}

// NewArray makes an array that is written to w.
func NewArray(w io.Writer) *Array { return &Array{w: w} }

// Add writes an element.
func (a *Array) Add(v any) error {
	b, err := encode(v, "  ", indent)
	if err != nil {
		return err
	}
	before := "[\n  "
	if a.begun {
		before = ",\n  "
	}
	a.begun = true
	_, err = fmt.Fprintf(a.w, "%s%s", before, b)
	return err
}

// Close ends the array.
func (a *Array) Close() error {
	end := "\n]\n"
	if !a.begun {
		end = "[]\n"
	}
	_, err := io.WriteString(a.w, end)
	return err
}

// indent is by how much the JSON of a thing is indented for people.
const indent = "  "

// encode is JSON for people too: indented, & and < as they are, and what could
// act on a terminal escaped.
func encode(v any, prefix, indent string) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(prefix, indent)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	text := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	var out bytes.Buffer
	for _, r := range string(text) {
		if r != '\n' && hostile(r) {
			escape(&out, r)
			continue
		}
		out.WriteRune(r)
	}
	return out.Bytes(), nil
}

// escape writes a character as JSON does, beyond the first plane as a pair.
func escape(out *bytes.Buffer, r rune) {
	if r < 0x10000 {
		fmt.Fprintf(out, "\\u%04x", r)
		return
	}
	r -= 0x10000
	fmt.Fprintf(out, "\\u%04x\\u%04x", 0xd800+(r>>10), 0xdc00+(r&0x3ff))
}
