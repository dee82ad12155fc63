package handover

import (
	"slices"
	"strings"
)

// Environment returns the environment for a program that is given a token: environ with
// the given NAME=VALUE pairs in place of what had these names, and without the secrets
// that apitok itself reads, nor the names of the files that hold them.
func Environment(environ []string, pairs ...string) []string {
	replaced := map[string]bool{}
	for _, pair := range pairs {
		replaced[nameOf(pair)] = true
	}
	kept := slices.DeleteFunc(slices.Clone(environ), func(pair string) bool {
		name := nameOf(pair)
		return replaced[name] || secretOfOurs(name)
	})
	return append(kept, pairs...)
}

// nameOf returns the name of a variable. On Windows one may begin with "=".
func nameOf(pair string) string {
	if end := strings.Index(pair[min(1, len(pair)):], "="); end >= 0 {
		return pair[:end+1]
	}
	return pair
}

func secretOfOurs(name string) bool {
	name = strings.ToUpper(name) // Windows does not tell them apart
	return strings.HasPrefix(name, "APITOK_") && slices.ContainsFunc(strings.Split(name, "_"), func(word string) bool {
		return slices.Contains([]string{"SECRET", "PASSWORD", "PASSPHRASE", "IDENTITY", "KEY"}, word)
	})
}
