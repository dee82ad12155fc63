package prompt

import (
	"cmp"
	"context"
	"strings"

	"charm.land/huh/v2"
)

// Input asks for a line of text and returns it without surrounding spaces. It asks
// again until check, which may be nil, has no error. The person starts from initial;
// on a plain terminal an empty line stands for it. Help, if any, says more about the
// question.
func (t Terminal) Input(ctx context.Context, question, help, initial string, check func(string) error) (string, error) {
	text, onEmpty := initial, ""
	if t.Plain {
		onEmpty = initial
		question = withDefault(question, initial)
		if help != "" {
			t.say("%s\n", help)
		}
	}
	trim := func(text string) string { return cmp.Or(strings.TrimSpace(text), onEmpty) }
	field := huh.NewInput().Title(question).Description(help).Value(&text).Validate(func(text string) error {
		if check == nil {
			return nil
		}
		return check(trim(text))
	})
	if err := t.ask(ctx, field); err != nil {
		return "", err
	}
	return trim(text), nil
}

// withDefault words a question on a plain terminal, where huh does not say what an
// empty line stands for.
func withDefault(question, initial string) string {
	if initial == "" {
		return question + ":"
	}
	return question + " [" + initial + "]:"
}
