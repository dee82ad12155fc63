package cached

// Key returns the name of an item made of these parts: the same on every machine
// and in every version, and another for any other parts. A part is written as in
// the query of a URL, and parts are separated by spaces.
func Key(parts ...string) string {
	text := make([]byte, 0, 200)
	for n, part := range parts {
		if n > 0 {
			text = append(text, ' ')
		}
		text = escape(text, part)
	}
	return string(text)
}

// TokenKey is the Key of a token: what was asked for it. Scopes and audiences are
// in order and without repetition, so that the same request has the same key.
func TokenKey(server, realm, client string, scopes, audiences []string) string {
	return Key("token", server, realm, client, list(scopes), list(audiences))
}

// list joins the members of a set by spaces, in order.
func list(set []string) string {
	sorted := make([]string, 0, len(set))
	for _, member := range set {
		sorted = insert(sorted, member)
	}
	text := ""
	for n, member := range sorted {
		if n > 0 {
			text += " "
		}
		text += member
	}
	return text
}

func insert(sorted []string, member string) []string {
	at := 0
	for at < len(sorted) && sorted[at] < member {
		at++
	}
	if at < len(sorted) && sorted[at] == member {
		return sorted
	}
	sorted = append(sorted, member)
	copy(sorted[at+1:], sorted[at:])
	sorted[at] = member
	return sorted
}

// escape is what url.QueryEscape does.
func escape(to []byte, part string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(part) {
		switch c := part[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~':
			to = append(to, c)
		case c == ' ':
			to = append(to, '+')
		default:
			to = append(to, '%', hex[c>>4], hex[c&15])
		}
	}
	return to
}
