package testkit

import (
	_ "embed" // for the realm file
	"slices"
)

//go:embed realm.json
var demoRealm []byte

// DemoRealm is the realm file of the realm "demo": users and roles of every shape that a credential has to cope with.
// A user's password is the first name in lower case and "-password".
func DemoRealm() []byte { return slices.Clone(demoRealm) }
