package keystore

import (
	"strconv"
	"strings"

	"github.com/apitok/apitok/pkg/apitok"
)

// form is the first line of a text that is bound to its key.
const form = "apitok item 1"

// bind puts the key before a text, so that a place which answers with another
// item's text or with a piece of it is found out.
func bind(key, text string) string {
	return form + "\n" + key + "\n" + strconv.Itoa(len(text)) + "\n" + text
}

// unbind returns the text that bind was given with key; ok is false for any other.
func unbind(key, bound string) (text string, ok bool) {
	parts := strings.SplitN(bound, "\n", 4)
	if len(parts) < 4 || parts[0] != form || parts[1] != key || parts[2] != strconv.Itoa(len(parts[3])) {
		return "", false
	}
	return parts[3], true
}

func isBound(text string) bool { return strings.HasPrefix(text, form+"\n") }

// nameOf names an item in a sentence.
func nameOf(item apitok.Item) string {
	what := map[apitok.ItemKind]string{
		apitok.SecretItem: "the secret of ", apitok.TokenItem: "the cached token of ", apitok.LoginItem: "the sign-in of ",
		apitok.KeyItem: "the personal key ", apitok.AssertionKeyItem: "the impersonation key of ",
	}[item.Kind]
	return what + item.Client
}

// again says how an item comes back that a place has lost or spoilt.
func again(item apitok.Item) string {
	switch item.Kind {
	case apitok.TokenItem:
		return "replace it with --force"
	case apitok.LoginItem:
		return "run apitok login"
	case apitok.KeyItem:
		return "end it with apitok revoke from a list of apitok list --personal, and make another"
	case apitok.AssertionKeyItem:
		return "apitok setup impersonation --remove takes it back, and another run makes one anew"
	}
	return "apitok import takes the secret in again, apitok rotate gives it a new one"
}
