package apitok

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"time"
)

// A jsonObject is the members of a JSON object by their exact names, which a Go struct would
// not go by.
type jsonObject map[string]json.RawMessage

// members returns those of an object; none of anything else.
func members(object json.RawMessage) jsonObject {
	var set jsonObject
	if json.Unmarshal(object, &set) != nil {
		return nil
	}
	return set
}

// text returns a text; what is something else as JSON writes it, "" for nothing.
func (c jsonObject) text(name string) string {
	var text *string
	if json.Unmarshal(c[name], &text) == nil && text != nil {
		return *text
	}
	if bytes.Equal(c[name], []byte("null")) {
		return ""
	}
	return string(c[name])
}

func (c jsonObject) audience() []string {
	var audience audienceClaim
	if json.Unmarshal(c["aud"], &audience) != nil {
		return nil
	}
	return audience
}

// lastMoment is the end of the year 9999, the last that RFC 3339 can write.
const lastMoment = 253402300799

// moment returns a NumericDate (RFC 7519 section 2); zero for none. One that is no moment
// is a problem: readers differ on what it means.
func (c jsonObject) moment(name string, t *Inspected) time.Time {
	text := c.text(name)
	if text == "" || text == "0" {
		return time.Time{}
	}
	var seconds float64
	if json.Unmarshal(c[name], &seconds) != nil || seconds < 0 || seconds > lastMoment {
		t.problem("claims", "its "+name+" is no moment: "+brief(text), "")
		return time.Time{}
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9))
}

// brief is a text that is shown whole if it is short.
func brief(text string) string {
	const enough = 60
	if len(text) > enough {
		text = text[:enough] + "..."
	}
	return quote(text)
}

// roles returns what Keycloak writes into realm_access and resource_access, sorted.
func (c jsonObject) roles() []RoleName {
	roles := rolesOf("", c["realm_access"])
	for client, access := range members(c["resource_access"]) {
		roles = append(roles, rolesOf(client, access)...)
	}
	slices.SortFunc(roles, func(a, b RoleName) int { return cmp.Or(cmp.Compare(a.Client, b.Client), cmp.Compare(a.Name, b.Name)) })
	return roles
}

func rolesOf(client string, access json.RawMessage) (roles []RoleName) {
	var names []string
	if json.Unmarshal(members(access)["roles"], &names) != nil {
		return nil
	}
	for _, name := range names {
		roles = append(roles, RoleName{Client: client, Name: name})
	}
	return roles
}

// owner returns what [holdings.ownerValue] wrote; zero when the claim is another
// program's.
func (c jsonObject) owner() Owner {
	owner := members(c[ownerClaim])
	if label := owner.text("label"); label != "" {
		return Owner{Username: label}
	}
	return Owner{ID: owner.text("id"), Username: owner.text("username")}
}

// repeated returns a name that an object, or one within it, has twice. The JSON is known
// to be well-formed.
func repeated(object json.RawMessage) (name string, twice bool) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	type level struct {
		names  map[string]bool // nil within a list
		isName bool
	}
	var levels []level
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", false
		}
		inner := len(levels) - 1
		if name, isText := token.(string); isText && inner >= 0 && levels[inner].isName {
			if levels[inner].names[name] {
				return name, true
			}
			levels[inner].names[name], levels[inner].isName = true, false
			continue
		}
		if inner >= 0 && levels[inner].names != nil {
			levels[inner].isName = true // the value is here, or ends with this bracket
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{map[string]bool{}, true})
		case json.Delim('['):
			levels = append(levels, level{})
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:inner]
		}
	}
}
