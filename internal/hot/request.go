package hot

// A request is what the command line asks for.
type request struct {
	// name is the credential's, as it was written.
	name             string
	profile          string
	server, realm    string
	scope, audience  []string
	output           string
	insecure         bool
	nameGiven, token bool
}

// parse reads the arguments of apitok. ok is false for any but the plain case.
func parse(args []string) (r request, ok bool) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if len(arg) == 0 || arg[0] != '-' {
			if !r.word(arg) {
				return r, false
			}
			continue
		}
		if r.yes(arg) {
			continue
		}
		flag, value, given := split(arg)
		if !given {
			if len(args) == 0 {
				return r, false
			}
			value, args = args[0], args[1:]
		}
		if value == "" || !r.flag(flag, value) {
			return r, false
		}
	}
	return r, r.nameGiven
}

// word takes what is no flag: the verb, then the credential.
func (r *request) word(arg string) bool {
	switch {
	case !r.token:
		r.token = arg == "token"
		return r.token
	case r.nameGiven:
		return false
	}
	r.name, r.nameGiven = arg, true
	return true
}

// yes takes a flag that has no value. Nobody asks the server anything here, so that there
// is nothing to be verbose about.
func (r *request) yes(flag string) bool {
	r.insecure = r.insecure || flag == "--insecure-http"
	return flag == "--insecure-http" || flag == "--verbose" || flag == "-v"
}

// flag takes one flag. One that is given twice has its last value.
func (r *request) flag(flag, value string) bool {
	switch flag {
	case "-o", "--output":
		r.output = value
		return value == "raw" || value == "header"
	case "--profile":
		r.profile = value
	case "--server":
		r.server = value
	case "--realm":
		r.realm = value
	case "--scope":
		r.scope = append(r.scope, value)
	case "--audience":
		r.audience = append(r.audience, value)
	case "--ca-file":
	case "--timeout":
		return length(value, "smh")
	default:
		return false
	}
	return true
}

// split parts a flag from a value that stands in the same argument.
func split(arg string) (flag, value string, given bool) {
	for i := range len(arg) {
		if arg[i] == '=' {
			return arg[:i], arg[i+1:], true
		}
	}
	return arg, "", false
}

// clientID returns the client id of the credential, by the rules of
// [github.com/apitok/apitok/pkg/apitok.ParseRef]; self owns what is written without
// an owner. ok is false for a name that has to be looked at more closely.
func clientID(name, self string) (id string, ok bool) {
	owner := self
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' {
			owner, name = name[:i], name[i+1:]
			break
		}
	}
	if owner == "" || name == "" || !only(owner, lower+"@._-") || !only(name, lower+"-") {
		return "", false
	}
	return "apitok." + owner + "." + name, true
}

const (
	lower = "abcdefghijklmnopqrstuvwxyz0123456789"
	upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// plainWord tells whether text is a word as package handover demands of what goes into a
// header: of the characters of RFC 6750 section 2.1, less the "=" at its end.
func plainWord(text string) bool { return text != "" && only(text, lower+upper+"-._~+/") }

// only tells whether text has no other characters than these.
func only(text, characters string) bool {
	for i := range len(text) {
		if !contains(characters, text[i]) {
			return false
		}
	}
	return true
}

func contains(characters string, c byte) bool {
	for i := range len(characters) {
		if characters[i] == c {
			return true
		}
	}
	return false
}

func hasPrefix(text, prefix string) bool {
	return len(text) >= len(prefix) && text[:len(prefix)] == prefix
}

// first returns the first text that is not empty.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
