// Package cached is the form in which an access token rests in a store, and the
// name that it rests under. It imports nothing, so that the quick answer of
// apitok token can read both before any other package is initialised.
package cached

// A Token is what a store keeps of an access token. Moments are seconds since the
// Unix epoch by this machine's clock, 0 where there is none.
type Token struct {
	AccessToken string
	// Type says how to present it, "Bearer" as a rule.
	Type string
	// Scope is what was granted, separated by spaces (RFC 6749 section 3.3).
	Scope string
	// FetchedAt, RenewAt and ExpiresAt are when it was asked for, from when on it
	// is worth asking for another, and when it ends.
	FetchedAt, RenewAt, ExpiresAt int64
	// CredentialEnds is when its credential does.
	CredentialEnds int64
}

// form is the first line of the text, and says how to read the others.
const form = "apitok token 1"

// Encode returns the text that is kept under key: a line for each part, the key
// among them, so that another item's text cannot be taken for this one.
func (t Token) Encode(key string) string {
	text := form + "\n" + key + "\n" + t.Type + "\n" + t.Scope + "\n"
	for _, moment := range []int64{t.FetchedAt, t.RenewAt, t.ExpiresAt, t.CredentialEnds} {
		text += decimal(moment) + "\n"
	}
	return text + t.AccessToken
}

// Decode reads what Encode wrote for key. ok is false for any other text.
func Decode(text, key string) (t Token, ok bool) {
	var first, second string
	for _, line := range []*string{&first, &second, &t.Type, &t.Scope} {
		if *line, text, ok = cut(text, '\n'); !ok {
			return Token{}, false
		}
	}
	for _, moment := range []*int64{&t.FetchedAt, &t.RenewAt, &t.ExpiresAt, &t.CredentialEnds} {
		var line string
		if line, text, ok = cut(text, '\n'); ok {
			*moment, ok = number(line)
		}
		if !ok {
			return Token{}, false
		}
	}
	if first != form || second != key || !visible(text) || !visible(t.Type) {
		return Token{}, false
	}
	t.AccessToken = text
	return t, true
}

// visible tells whether text has at least one character, and none but those of RFC
// 6749 appendix A that a token and its type are made of, without the space.
func visible(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return text != ""
}

// Fresh tells whether the token can be used at now without asking anybody: it is
// not yet to be renewed, and was not fetched after now, as it seems to have been
// when the clock was set back.
func (t Token) Fresh(now int64) bool { return t.FetchedAt <= now && now < t.RenewAt }

// decimal writes a number that is not negative.
func decimal(n int64) string {
	if n < 10 {
		return string(rune('0' + max(n, 0)))
	}
	return decimal(n/10) + decimal(n%10)
}

// number reads what decimal wrote.
func number(text string) (n int64, ok bool) {
	for i := range len(text) {
		digit := int64(text[i]) - '0'
		if digit < 0 || digit > 9 || n > (1<<62)/10 {
			return 0, false
		}
		n = n*10 + digit
	}
	return n, text != ""
}

func cut(text string, at byte) (before, after string, found bool) {
	for i := range len(text) {
		if text[i] == at {
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}
