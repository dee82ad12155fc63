package apitok

import (
	"cmp"
	"slices"
	"strings"

	"github.com/apitok/apitok/pkg/grant"
)

// verifyAssertion: the assertion is for the audience asked for. What it says of the user
// depends on the mappers of the SAML client, so that is not looked at.
func (x *exchange) verifyAssertion(token grant.Secret) error {
	a, ok := readAssertion(token)
	switch {
	case !ok:
		return wrongToken("the server gave no SAML assertion that can be read", "")
	case len(a.Doubts) > 0:
		return wrongToken("the assertion can be read in several ways: "+strings.Join(a.Doubts, "; "), "")
	case a.Wrapped:
		return wrongToken("the server gave no SAML assertion, but a response with one", "")
	case a.Encrypted:
		x.h.Note("warning: the assertion is encrypted, so whom it is for cannot be checked")
		return nil
	case !slices.Contains(a.Audiences, x.Audiences[0]):
		return wrongToken("the assertion is not for "+quote(x.Audiences[0]), "it is for "+cmp.Or(strings.Join(a.Audiences, ", "), "nobody by name"))
	}
	also := besides(a.Audiences, func(audience string) bool { return audience == x.Audiences[0] })
	return x.notWider("the assertion", also, nil)
}
