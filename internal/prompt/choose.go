package prompt

import (
	"context"
	"fmt"

	"charm.land/huh/v2"

	"github.com/apitok/apitok/pkg/apitok"
)

// An Option is something that a person can choose. Labels that come from a server
// have been cleaned by the caller; the value is never shown.
type Option struct {
	Label, Value string
	// Selected makes it the choice that the person starts from.
	Selected bool
}

// Choose asks for one of several and returns its value. Where nothing else is
// selected, the person starts from the first. An empty list is an error of kind
// NotFound.
func (t Terminal) Choose(ctx context.Context, question string, options []Option) (string, error) {
	if len(options) == 0 {
		return "", &apitok.Error{Kind: apitok.NotFound, Message: "there is nothing to choose from"}
	}
	chosen := 0
	for i, option := range options {
		if option.Selected {
			chosen = i
			break
		}
	}
	choices := choices(options)
	if t.Plain {
		question = withDefault(question, choices[chosen].Key)
	}
	err := t.ask(ctx, huh.NewSelect[int]().Title(question).Description("/ finds, enter chooses").
		Height(height(options)).Options(choices...).Value(&chosen))
	if err != nil {
		return "", err
	}
	return options[chosen].Value, nil
}

// Pick asks for any number of many and returns their values in the order of the
// options. The person starts from the selected ones, and can look for a part of a
// label. Of an empty list nothing is picked, without a question.
func (t Terminal) Pick(ctx context.Context, question string, options []Option) ([]string, error) {
	if len(options) == 0 {
		return nil, nil
	}
	var picked []int
	var err error
	if t.Plain {
		picked, err = t.pickPlainly(ctx, question, options)
	} else {
		err = t.ask(ctx, huh.NewMultiSelect[int]().Title(question).
			Description("space picks, ctrl+a all, / finds, enter ends").
			Height(height(options)).Options(choices(options)...).Value(&picked))
	}
	if err != nil {
		return nil, err
	}
	values := make([]string, len(picked))
	for i, index := range picked {
		values[i] = options[index].Value
	}
	return values, nil
}

const (
	// shortList is how many options a person reads at once; the others are scrolled
	// to or looked for.
	shortList = 15
	// header are the lines above the options.
	header = 2
)

// height is how many lines a list takes. Left to itself, huh forgets the lines above
// it, and begins with a frame that is longer than the screen.
func height(options []Option) int { return min(len(options), shortList) + header }

// choices are options for huh, which stand for their index. huh knows them by their
// labels and would pick all that have the same: such ones are numbered.
func choices(options []Option) []huh.Option[int] {
	seen := map[string]bool{}
	list := make([]huh.Option[int], len(options))
	for i, option := range options {
		label := option.Label
		for n := 2; seen[label]; n++ {
			label = fmt.Sprintf("%s (%d)", option.Label, n)
		}
		seen[label] = true
		list[i] = huh.NewOption(label, i).Selected(option.Selected)
	}
	return list
}
