package output

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// nested is a block within a block.
type nested []attribute

// encoded is an object that the provider takes as JSON.
type encoded map[string]any

func (t *terraform) resource(kind, name string) string {
	return fmt.Sprintf("resource %q %q", kind, t.label(name))
}

var noLabel = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// label makes a name of Terraform's language of a text, another one for each text.
func (t *terraform) label(text string) string {
	if known, ok := t.labels[text]; ok {
		return known
	}
	name := noLabel.ReplaceAllString(text, "_")
	if name == "" || !unicode.IsLetter(rune(name[0])) {
		name = "_" + name
	}
	for slices.Contains(slices.Collect(maps.Values(t.labels)), name) {
		name += "_"
	}
	t.labels[text] = name
	return name
}

func (t *terraform) comment(text string) { t.text.WriteString("\n# " + Clean(text) + "\n") }

// block writes a block with a line before it, unless it is the first one.
func (t *terraform) block(head string, list ...attribute) {
	if t.text.Len() > 0 && !strings.HasSuffix(t.text.String(), "\n\n") {
		t.text.WriteString("\n")
	}
	t.text.WriteString(head + " {\n")
	t.attributes("  ", list)
	t.text.WriteString("}\n")
}

// attributes lines up the equals signs of neighbours, as terraform fmt does.
func (t *terraform) attributes(indent string, list []attribute) {
	for len(list) > 0 {
		if block, ok := list[0].value.(nested); ok {
			t.text.WriteString("\n" + indent + list[0].name + " {\n")
			t.attributes(indent+"  ", block)
			t.text.WriteString(indent + "}\n")
			list = list[1:]
			continue
		}
		run := slices.IndexFunc(list, func(a attribute) bool { return manyLines(a.value) })
		if run < 0 {
			run = len(list)
		}
		t.run(indent, list[:run])
		if run < len(list) && !isNested(list[run].value) {
			t.run(indent, list[run:run+1])
			run++
		}
		list = list[run:]
	}
}

func isNested(value any) bool {
	_, is := value.(nested)
	return is
}

// manyLines tells of a value that is written in several lines, and so is lined up with
// no other.
func manyLines(value any) bool {
	switch value := value.(type) {
	case nested:
		return true
	case map[string]string:
		return len(value) > 0
	case map[string]any:
		return len(value) > 0
	}
	return false
}

func (t *terraform) run(indent string, list []attribute) {
	width := 0
	for _, a := range list {
		width = max(width, len(a.name))
	}
	for _, a := range list {
		fmt.Fprintf(&t.text, "%s%-*s = %s\n", indent, width, a.name, expression(indent, a.value))
	}
}

// expression writes a value of Terraform's language.
func expression(indent string, value any) string {
	switch value := value.(type) {
	case raw:
		return string(value)
	case string:
		return quoted(value)
	case encoded:
		b, err := json.Marshal(map[string]any(value))
		if err != nil {
			return quoted("") // Everything that rules hold can be encoded.
		}
		return quoted(string(b))
	case []string:
		return joined(value, quoted)
	case []raw:
		return joined(value, func(r raw) string { return string(r) })
	case map[string]string:
		return object(indent, value)
	case map[string]any:
		texts := map[string]string{}
		for name, v := range value {
			texts[name] = fmt.Sprint(v)
		}
		return object(indent, texts)
	}
	return fmt.Sprint(value)
}

func joined[T any](list []T, write func(T) string) string {
	parts := make([]string, len(list))
	for i, one := range list {
		parts[i] = write(one)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// object quotes its names, which may hold dots.
func object(indent string, values map[string]string) string {
	if len(values) == 0 {
		return "{}"
	}
	width := 0
	for name := range values {
		width = max(width, len(quoted(name)))
	}
	var b strings.Builder
	b.WriteString("{\n")
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&b, "%s  %-*s = %s\n", indent, width, quoted(name), quoted(values[name]))
	}
	return b.String() + indent + "}"
}

// quoted is a text in Terraform's language, where ${ and %{ begin a template. Nothing in
// it acts on a terminal.
func quoted(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '"', r == '\\':
			b.WriteString("\\" + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case (r == '$' || r == '%') && strings.HasPrefix(text[i+1:], "{"):
			b.WriteString(string(r) + string(r))
		case hostile(r):
			fmt.Fprintf(&b, "\\U%08x", r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}
