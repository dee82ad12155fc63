package apitok

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A recordCopy is what a delegated credential was when an administrator last made or
// changed it. It rests in the attributes of the client role [DelegatedRole], which
// whoever holds the registration access token cannot write.
type recordCopy struct {
	Version int `json:"version"`
	// Attributes are the record's, but when and why it was disabled, which may change.
	Attributes map[string]string `json:"attributes"`
	// TokenLifetime is in seconds; 0 leaves it to the realm.
	TokenLifetime int `json:"token_lifetime"`
	// DefaultScopes and OptionalScopes name its client scopes, but those of its
	// audiences, which follow from the record.
	DefaultScopes  []string `json:"default_scopes"`
	OptionalScopes []string `json:"optional_scopes"`
	// Others are the attributes that someone else gave it before it was delegated.
	Others map[string]string `json:"others,omitempty"`
}

const (
	copyVersion = 1
	// copyPart begins the names of the attributes; a number follows.
	copyPart = "apitok.copy."
	// copyPiece is how many characters of it stand in one attribute: Keycloak's column
	// takes 255, and a database may count bytes.
	copyPiece = 120
)

func newCopy(record Record, lifetime time.Duration, always, onRequest []string) recordCopy {
	ours := func(name string) bool { return strings.HasPrefix(name, scopePrefix) }
	return recordCopy{
		Version: copyVersion, Attributes: guardedAttributes(record), TokenLifetime: int(lifetime / time.Second),
		DefaultScopes:  slices.DeleteFunc(sorted(always), ours),
		OptionalScopes: slices.DeleteFunc(sorted(onRequest), ours),
	}
}

// guardedAttributes are those of a record that its holder must not change.
func guardedAttributes(record Record) map[string]string {
	attrs := record.Attributes()
	delete(attrs, attrDisabledAt)
	delete(attrs, attrDisabledWhy)
	return attrs
}

// wanted are the attributes that a client has to have: "" for one that it must not have.
// When and why it was disabled is left as it is.
func (r recordCopy) wanted(client Client) map[string]string {
	want := map[string]string{}
	for name := range client.ExtraAttributes {
		want[name] = ""
	}
	delete(want, attrDisabledAt)
	delete(want, attrDisabledWhy)
	for _, attributes := range []map[string]string{r.Others, DelegatedAttributes(), r.Attributes} {
		maps.Copy(want, attributes)
	}
	return want
}

// othersOf are the attributes of a client that are not apitok's.
func othersOf(client Client, record Record) map[string]string {
	others := maps.Clone(client.ExtraAttributes)
	for _, ours := range []map[string]string{record.Attributes(), DelegatedAttributes()} {
		maps.DeleteFunc(others, func(name, _ string) bool { _, known := ours[name]; return known })
	}
	return others
}

// role is the role that holds the copy.
func (r recordCopy) role() (OwnRole, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return OwnRole{}, err
	}
	role := OwnRole{Name: DelegatedRole, Attributes: map[string]string{}}
	n := 0
	for piece := range slices.Chunk([]rune(string(text)), copyPiece) {
		role.Attributes[copyPart+strconv.Itoa(n)] = string(piece)
		n++
	}
	return role, nil
}

// readCopy reads a copy; nil where there is none that this version can read.
func readCopy(attributes map[string]string) *recordCopy {
	var text strings.Builder
	for n := 0; ; n++ {
		piece, ok := attributes[copyPart+strconv.Itoa(n)]
		if !ok {
			break
		}
		text.WriteString(piece)
	}
	var r recordCopy
	if json.Unmarshal([]byte(text.String()), &r) != nil || r.Version != copyVersion {
		return nil
	}
	if _, ok := readRecord(r.Attributes); !ok {
		return nil
	}
	return &r
}

// over returns a client's attributes with those that are copied in the place of its
// own.
func (r recordCopy) over(attributes map[string]string) map[string]string {
	told := map[string]string{}
	maps.Copy(told, attributes)
	maps.Copy(told, r.Attributes)
	return told
}

func (r recordCopy) lifetime() time.Duration { return time.Duration(r.TokenLifetime) * time.Second }
