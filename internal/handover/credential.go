package handover

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apitok/apitok/pkg/apitok"
)

// A Credential is what another place needs to get tokens: the values of the four
// variables with which apitok token works anywhere.
type Credential struct {
	Server, Realm, ClientID string
	Secret                  apitok.Secret
}

// A variable is one of the four. Only the secret has to be kept from others.
type variable struct {
	name, value string
	secret      bool
}

func (c Credential) variables() []variable {
	return []variable{
		{name: "APITOK_SERVER", value: c.Server}, {name: "APITOK_REALM", value: c.Realm}, {name: "APITOK_CLIENT_ID", value: c.ClientID},
		{name: "APITOK_CLIENT_SECRET", value: c.Secret.Reveal(), secret: true},
	}
}

// A credentialFormat is one way to write a credential. What is written ends with a
// newline.
type credentialFormat struct {
	name  string
	write func(Credential) (string, error)
}

func credentialFormats() []credentialFormat {
	return []credentialFormat{
		{"env", Credential.env}, {"dotenv", Credential.dotenv}, {"docker", Credential.docker},
		{"kubernetes", Credential.kubernetes}, {"github-actions", Credential.gitHub}, {"gitlab", Credential.gitLab},
	}
}

// CredentialFormats returns the names of the ways to write a credential.
func CredentialFormats() (names []string) {
	for _, f := range credentialFormats() {
		names = append(names, f.name)
	}
	return names
}

// In returns the credential as the place takes it that the format is for. Usage when
// there is no such format, or the place would take a value for another one.
func (c Credential) In(format string) (string, error) {
	for _, v := range c.variables() {
		if !utf8.ValidString(v.value) || strings.ContainsFunc(v.value, hostile) {
			return "", unwritable(v, format, "it has characters in it that control or hide text")
		}
	}
	for _, f := range credentialFormats() {
		if f.name == format {
			return f.write(c)
		}
	}
	return "", &apitok.Error{Kind: apitok.Usage, Message: "a credential cannot be written as " + format}
}

// hostile tells whether a character ends a line, or makes a text look like another one
// to the person who reads what is run. The zero-width joiners stay: names in some
// scripts need them.
func hostile(r rune) bool {
	return r != '\u200c' && r != '\u200d' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp))
}

func unwritable(v variable, format, why string) error {
	return &apitok.Error{Kind: apitok.Usage, Message: v.name + " cannot be written as " + format + ": " + why,
		Hint: "write the credential in another format, such as -o json --show-secret"}
}
