package prompt

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// pickPlainly asks line by line and prints only what a line is about: huh prints the
// whole list again after every choice, which nobody wants to hear read of hundreds. It
// returns indexes.
func (t Terminal) pickPlainly(ctx context.Context, question string, options []Option) ([]int, error) {
	list := newPlainList(options)
	t.say("%s\nA number or a range such as 3-7 picks or drops, /text finds, an empty line ends.\n", question)
	if len(options) <= shortList {
		t.say("%s", list.lines(list.find("")))
	} else {
		t.say("%s%d options, of which %d are picked\n", list.lines(list.all()), len(options), len(list.all()))
	}
	for {
		line, err := t.Input(ctx, "Pick, drop or find", "", "", list.check)
		if err != nil {
			return nil, err
		}
		if line == "" {
			return list.all(), nil
		}
		about, err := list.obey(line)
		if err != nil {
			return nil, err
		}
		t.say("%s", list.lines(about))
	}
}

// A plainList is a list of options, some of which are picked. Its methods return and
// take indexes; a person counts from 1.
type plainList struct {
	labels []string
	picked []bool
}

func newPlainList(options []Option) plainList {
	var l plainList
	for _, choice := range choices(options) {
		l.labels = append(l.labels, choice.Key)
		l.picked = append(l.picked, options[choice.Value].Selected)
	}
	return l
}

// all are the picked ones.
func (l plainList) all() (picked []int) {
	for i := range l.picked {
		if l.picked[i] {
			picked = append(picked, i)
		}
	}
	return picked
}

// find are those whose labels hold a text, in whatever case.
func (l plainList) find(text string) (found []int) {
	for i, label := range l.labels {
		if strings.Contains(strings.ToLower(label), strings.ToLower(text)) {
			found = append(found, i)
		}
	}
	return found
}

// obey does what a line says and returns what it is about.
func (l plainList) obey(line string) ([]int, error) {
	if text, find := strings.CutPrefix(line, "/"); find {
		return l.find(text), nil
	}
	numbered, err := l.numbered(line)
	for _, i := range numbered {
		l.picked[i] = !l.picked[i]
	}
	return numbered, err
}

// check tells what is wrong with a line.
func (l plainList) check(line string) error {
	if strings.HasPrefix(line, "/") {
		return nil
	}
	_, err := l.numbered(line)
	return err
}

// numbered reads numbers and ranges, with spaces or commas between them.
func (l plainList) numbered(line string) (numbered []int, err error) {
	for _, word := range strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == ',' }) {
		from, to, ranged := strings.Cut(word, "-")
		if !ranged {
			to = from
		}
		first, firstErr := strconv.Atoi(from)
		last, lastErr := strconv.Atoi(to)
		if firstErr != nil || lastErr != nil || first < 1 || last < first || last > len(l.labels) {
			return nil, fmt.Errorf("%q is no number from 1 to %d, and no range of them", word, len(l.labels))
		}
		for n := first; n <= last; n++ {
			numbered = append(numbered, n-1)
		}
	}
	return numbered, nil
}

// lines words options one a line.
func (l plainList) lines(indexes []int) string {
	var b strings.Builder
	for _, i := range indexes {
		state := "[ ]"
		if l.picked[i] {
			state = "[x]"
		}
		fmt.Fprintf(&b, "%d. %s %s\n", i+1, state, l.labels[i])
	}
	return b.String()
}
