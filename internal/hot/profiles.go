package hot

// A profile is what the hot path needs to know of one.
type profile struct {
	server, realm string
	// store and cache are the places where secrets and tokens rest, "" where the
	// profile does not say.
	store, cache string
	// insecure allows http to any machine.
	insecure bool
	// loginRealm and username are the person's who signed in.
	loginRealm, username string
}

// A reading goes through config.yaml line by line.
type reading struct {
	// name is the profile that is looked for, found tells whether it was there.
	name  string
	found bool
	got   profile
	// path holds the keys that a line stands below, and its own.
	path [4]string
	// deepest is how deep the next line may stand.
	deepest int
}

// read finds a profile, the current one when name is "", in a config.yaml as
// package config writes it. ok is false for a file that holds anything else, such
// as a quoted text or an unknown key: for YAML is a large language.
func read(text, name string) (p profile, ok bool) {
	r := reading{name: name}
	for text != "" {
		var line string
		if line, text, ok = cutLine(text); !ok || !r.line(line) {
			return profile{}, false
		}
	}
	return r.got, r.found || r.name == ""
}

func (r *reading) line(line string) bool {
	if remark(line) {
		return true
	}
	depth, key, value, ok := entry(line)
	if !ok || depth > r.deepest || depth >= len(r.path) {
		return false
	}
	r.path[depth], r.deepest = key, depth
	if value == "" {
		r.deepest++
	}
	switch depth {
	case 0:
		return r.top(key, value)
	case 1:
		again := r.found && key == r.name
		r.found = r.found || key == r.name
		return value == "" && !again
	case 2:
		return r.take(key, value)
	}
	return r.path[2] == "login" && value != "" && r.take("login."+key, value)
}

// top takes an entry of the file itself. Package config writes the current profile
// before all profiles, so that its name is known when it comes.
func (r *reading) top(key, value string) bool {
	if key == "current" && value != "" && r.path[1] == "" {
		r.name = first(r.name, value)
		return true
	}
	return key == "profiles" && value == ""
}

// take takes an entry of a profile. An unknown one, or one that is there twice, is
// refused.
func (r *reading) take(key, value string) bool {
	var place *string
	switch key {
	case "server":
		place = &r.got.server
	case "realm":
		place = &r.got.realm
	case "store":
		place = &r.got.store
	case "cache":
		place = &r.got.cache
	case "login.realm":
		place = &r.got.loginRealm
	case "login.username":
		place = &r.got.username
	case "login":
		return value == ""
	case "insecure_http":
		r.got.insecure = r.got.insecure || value == "true" && r.path[1] == r.name
		return value == "true" || value == "false"
	case "max_expiry":
		return length(value, "dhms")
	case "ca_file", "age_identity", "login.client_id", "login.via", "login.key":
		return value != ""
	default:
		return false
	}
	if r.path[1] != r.name {
		return value != ""
	}
	again := *place != ""
	*place = value
	return value != "" && !again
}

// length tells whether text is a length of time: a number of one of these units; there is
// no hurry where it is written in another way.
func length(text, units string) bool {
	last := len(text) - 1
	return last > 0 && last <= 4 && contains(units, text[last]) && text[0] != '0' && only(text[:last], "0123456789")
}

// cutLine parts the first line from the rest.
func cutLine(text string) (line, rest string, ok bool) {
	for i := range len(text) {
		if text[i] == '\n' {
			return text[:i], text[i+1:], true
		}
	}
	return "", "", false
}

// remark tells whether a line is empty or a comment, which a person may have put anywhere.
// Characters that YAML may refuse are left to it.
func remark(line string) bool {
	start := 0
	for start < len(line) && line[start] == ' ' {
		start++
	}
	if start < len(line) && line[start] != '#' {
		return false
	}
	for i := range len(line) {
		if line[i] < ' ' || line[i] > '~' {
			return false
		}
	}
	return true
}

// indent is how deep package config's YAML writer indents.
const indent = 4

// entry reads "key: value" or "key:". Only characters that mean themselves in YAML
// are understood, and null, which does not, is not.
func entry(line string) (depth int, key, value string, ok bool) {
	spaces := 0
	for spaces < len(line) && line[spaces] == ' ' {
		spaces++
	}
	colon := spaces
	for colon < len(line) && line[colon] != ':' {
		colon++
	}
	if colon == len(line) || spaces%indent != 0 {
		return 0, "", "", false
	}
	key, value = line[spaces:colon], line[colon+1:]
	if value != "" {
		if value[0] != ' ' || !scalar(value[1:]) {
			return 0, "", "", false
		}
		value = value[1:]
	}
	return spaces / indent, key, value, scalar(key)
}

func scalar(text string) bool {
	if text == "" || !only(text[:1], lower+upper+"/") || !only(text, lower+upper+"/._@-:") || text[len(text)-1] == ':' {
		return false
	}
	return text != "null" && text != "Null" && text != "NULL"
}

// server returns the address of a server as
// [github.com/apitok/apitok/internal/config.Server] does. ok is false for one that it may
// refuse or write differently.
func server(text string, insecure bool) (address string, ok bool) {
	for text != "" && text[len(text)-1] == '/' {
		text = text[:len(text)-1]
	}
	host := ""
	switch {
	case hasPrefix(text, "https://"):
		host = text[len("https://"):]
	case hasPrefix(text, "http://") && (insecure || local(text[len("http://"):])):
		host = text[len("http://"):]
	}
	return text, host != "" && host[0] != '/' && host[0] != ':' && only(host, lower+upper+"/._-:")
}

// local tells whether a host, with what may follow it in an address, is this machine.
func local(host string) bool {
	for i := range len(host) {
		if host[i] == ':' || host[i] == '/' {
			host = host[:i]
			break
		}
	}
	return host == "127.0.0.1" || host == "localhost"
}
