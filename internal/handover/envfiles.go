package handover

import (
	"strings"
)

// env is for a POSIX shell.
func (c Credential) env() (string, error) {
	return c.lines(func(v variable) (string, error) { return ShellWord(v.value), nil })
}

// docker is a file for docker run --env-file, which knows no quotes and takes a value
// as it is up to the end of the line. The other way, docker secret, is there for swarms
// alone; docker compose reads dotenv.
func (c Credential) docker() (string, error) {
	return c.lines(func(v variable) (string, error) { return v.value, nil })
}

// dotenv is a .env file, for which there is no standard.
func (c Credential) dotenv() (string, error) {
	return c.lines(dotenvValue)
}

// lines writes NAME=VALUE lines with values that are worded for whom they are for.
func (c Credential) lines(word func(variable) (string, error)) (string, error) {
	var b strings.Builder
	for _, v := range c.variables() {
		value, err := word(v)
		if err != nil {
			return "", err
		}
		b.WriteString(v.name + "=" + value + "\n")
	}
	return b.String(), nil
}

// dotenvValue quotes a value so that shells, docker compose, Node and python-dotenv read
// the same. Within single quotes all of them take a text as it is, but for a backslash
// before another one or before the end, and python-dotenv puts in variables at ${ even
// there. What has a single quote in it needs double ones, within which they agree on
// nothing but plain text.
func dotenvValue(v variable) (string, error) {
	plain := ShellWord(v.value)
	switch {
	case plain == v.value:
		return plain, nil
	case strings.Contains(v.value, "${") || strings.Contains(v.value, `\\`) || strings.HasSuffix(v.value, `\`):
	case !strings.Contains(v.value, "'"):
		return "'" + v.value + "'", nil
	case !strings.ContainsAny(v.value, "\"$`\\"):
		return `"` + v.value + `"`, nil
	}
	return "", unwritable(v, "dotenv", "those who read such files differ on its quotes, backslashes or dollars")
}

// plainCharacters are the characters that mean themselves to a shell.
const plainCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+=-"

// ShellWord quotes a text for a POSIX shell where it needs it; files of variables
// that know no quotes then take the usual ones as they are.
func ShellWord(text string) string {
	if text != "" && strings.Trim(text, plainCharacters) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
