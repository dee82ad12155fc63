package apitok

import (
	"encoding/base64"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/apitok/apitok/pkg/grant"
)

// A samlAssertion is what is looked at of a SAML 2.0 assertion (SAML 2.0 core section
// 2.3.3).
type samlAssertion struct {
	XMLName   xml.Name
	Audiences []string `xml:"urn:oasis:names:tc:SAML:2.0:assertion Conditions>AudienceRestriction>Audience"`
}

// verifyAssertion: the assertion is for the audience asked for. What it says of the user
// depends on the mappers of the SAML client, so that is not looked at.
func (x *exchange) verifyAssertion(token grant.Secret) error {
	var assertion samlAssertion
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(token.Reveal(), "="))
	switch {
	case err != nil || xml.Unmarshal(text, &assertion) != nil:
		return wrongToken("the server gave no SAML assertion that can be read", "")
	case assertion.XMLName.Local == "EncryptedAssertion":
		x.h.Note("warning: the assertion is encrypted, so whom it is for cannot be checked")
	case assertion.XMLName.Local != "Assertion":
		return wrongToken("the server gave no SAML assertion, but "+quote(assertion.XMLName.Local), "")
	case !slices.Equal(assertion.Audiences, x.Audiences):
		return wrongToken("the assertion is for "+quote(strings.Join(assertion.Audiences, ", "))+", not for "+quote(x.Audiences[0]),
			"a mapper or setting of the SAML client adds audiences")
	}
	return nil
}
