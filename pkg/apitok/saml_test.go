package apitok

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// assertionOf is an assertion with these parts inside.
func assertionOf(parts ...string) string {
	return `<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" IssueInstant="2026-01-01T00:00:00Z">` + strings.Join(parts, "") + `</a:Assertion>`
}

func responseOf(parts ...string) string {
	return `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol">` + strings.Join(parts, "") + `</p:Response>`
}

func TestReadAssertion(t *testing.T) {
	const (
		subject   = `<a:Subject><a:NameID>alice</a:NameID></a:Subject>`
		issuer    = `<a:Issuer>i</a:Issuer>`
		forOrders = `<a:Conditions><a:AudienceRestriction><a:Audience> orders </a:Audience></a:AudienceRestriction></a:Conditions>`
		splits    = "it has comments or instructions inside, at which some readers end a text"
	)
	plain := samlAssertion{Issuer: "i", NameID: "alice", Audiences: []string{"orders"}, IssuedAt: time.Unix(1767225600, 0)}
	with := func(edit func(a *samlAssertion)) *samlAssertion {
		a := plain
		edit(&a)
		return &a
	}
	doubted := func(doubts ...string) *samlAssertion { return with(func(a *samlAssertion) { a.Doubts = doubts }) }
	good := assertionOf(issuer, subject, forOrders)
	for name, test := range map[string]struct {
		text string
		want *samlAssertion // nil for none
	}{
		"alone":              {good, &plain},
		"with a declaration": {`<?xml version="1.0" encoding="UTF-8"?>` + "\n<!-- made by hand -->\n" + good + "\n", &plain},
		"in a response":      {responseOf(good), with(func(a *samlAssertion) { a.Wrapped = true })},
		"encrypted":          {`<EncryptedAssertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><x/></EncryptedAssertion>`, &samlAssertion{Encrypted: true}},
		"nothing":            {"", nil},
		"other XML":          {"<a/>", nil},
		"a response alone":   {responseOf(), nil},

		// Whose it is, where two say so.
		"a comment in a name":      {strings.Replace(good, "alice", "al<!-- -->ice", 1), doubted(splits)},
		"an instruction in a name": {strings.Replace(good, "alice", "al<?x?>ice", 1), doubted(splits)},
		"two subjects": {assertionOf(issuer, strings.Replace(subject, "alice", "bob", 1), subject, forOrders),
			doubted(`it says "NameID" twice, of which some readers take the first and some the last`)},
		"two issuers": {assertionOf(issuer, issuer, subject, forOrders), doubted(`it says "Issuer" twice, of which some readers take the first and some the last`)},
		"two conditions": {assertionOf(issuer, subject, `<a:Conditions/>`, forOrders),
			doubted(`it says "Conditions" twice, of which some readers take the first and some the last`)},
		"two assertions": {responseOf(good, strings.Replace(good, "alice", "mallory", 1)), with(func(a *samlAssertion) {
			a.Wrapped, a.Doubts = true, []string{"it holds 2 assertions, of which this is the first: some readers take another"}
		})},
		"one in another": {assertionOf(issuer, subject, forOrders, "<a:Advice>", good, "</a:Advice>"),
			doubted("it holds 2 assertions, of which this is the first: some readers take another")},
		"hidden in an extension":    {responseOf("<p:Extensions>", good, "</p:Extensions>"), nil},
		"below what is no response": {"<p>" + good + "</p>", nil},

		// In another namespace, where it counts for nothing.
		"SAML 1.1":            {strings.Replace(good, "SAML:2.0", "SAML:1.0", 1), nil},
		"no namespace":        {"<Assertion><Issuer>i</Issuer></Assertion>", nil},
		"another's parts":     {assertionOf(issuer, subject, forOrders, `<Issuer>j</Issuer><Subject><NameID>bob</NameID></Subject>`), &plain},
		"another's attribute": {strings.Replace(good, " IssueInstant", ` x:IssueInstant="2036-01-01T00:00:00Z" xmlns:x="x" IssueInstant`, 1), &plain},
		"another's response":  {strings.Replace(responseOf(good), "SAML:2.0:protocol", "x", 1), nil},

		// A document type, and entities, which are not filled in.
		"a document type":   {`<!DOCTYPE a:Assertion>` + good, doubted("it has a document type, by which some readers put other texts in")},
		"an entity":         {`<!DOCTYPE x [<!ENTITY e "bob">]>` + strings.Replace(good, "alice", "&e;", 1), nil},
		"a file for entity": {`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + strings.Replace(good, "alice", "&e;", 1), nil},

		// What is no XML, and what is much of it.
		"a moment that is none": {strings.Replace(good, "2026-01-01T00:00:00Z", "soon", 1), with(func(a *samlAssertion) {
			a.IssuedAt, a.Doubts = time.Time{}, []string{`its IssueInstant is no moment: "soon"`}
		})},
		"an attribute twice": {strings.Replace(good, " IssueInstant", ` IssueInstant="2036-01-01T00:00:00Z" IssueInstant`, 1), nil},
		"two roots":          {good + good, nil},
		"a text behind":      {good + "x", nil},
		"breaks off":         {good[:len(good)-5], nil},
		"another encoding":   {`<?xml version="1.0" encoding="UTF-7"?>` + good, nil},
		"wide":               {assertionOf(issuer, subject, forOrders, strings.Repeat("<a:Statement/>", MaxToken/14)), &plain},
		"deep":               {assertionOf(issuer, subject, forOrders, strings.Repeat("<b>", MaxToken/7), strings.Repeat("</b>", MaxToken/7)), &plain},
		"deep and open":      {strings.Repeat("<b>", MaxToken/3), nil},
	} {
		for encoding, text := range map[string]string{
			"": test.text, "base64": base64.StdEncoding.EncodeToString([]byte(test.text)), "base64url": base64.RawURLEncoding.EncodeToString([]byte(test.text)),
		} {
			got, ok := readAssertion(NewSecret(text))
			if ok != (test.want != nil) {
				t.Errorf("%s %s: %t", name, encoding, ok)
			} else if ok && !cmp.Equal(*test.want, got, cmpopts.EquateEmpty()) {
				t.Errorf("%s %s: (-want +got)\n%s", name, encoding, cmp.Diff(*test.want, got))
			}
		}
	}
}

// TestDoubtsAreProblems: what can be read in several ways is told of a token, and is no
// answer to an exchange.
func TestDoubtsAreProblems(t *testing.T) {
	text := `<!DOCTYPE x>` + assertionOf(`<a:Conditions><a:AudienceRestriction><a:Audience>s</a:Audience></a:AudienceRestriction></a:Conditions>`)
	if got := dissect(NewSecret(text)); got.Form != SAMLForm || len(got.Problems) != 1 || !slices.Equal(got.Audience, []string{"s"}) {
		t.Errorf("%+v", got)
	}
	x := begun(t, ExchangeRequest{Requested: SAML2, Audiences: []string{"s"}}, nil)
	if err := x.verifyAssertion(NewSecret(text)); !CheckFailed.Is(err) || !strings.Contains(err.Error(), "document type") {
		t.Error(err)
	}
	encrypted := dissect(NewSecret(`<EncryptedAssertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>`))
	if encrypted.Form != SAMLForm || !strings.Contains(encrypted.SignatureDetail, "encrypted") {
		t.Errorf("%+v", encrypted)
	}
}
