package apitok

import (
	"encoding/base64"
	"encoding/xml"
	"strings"
	"time"
)

// assertion is what is read of a SAML 2.0 assertion (SAML core section 2.3).
type assertion struct {
	IssuedAt   time.Time `xml:"IssueInstant,attr"`
	Issuer     string    `xml:"Issuer"`
	NameID     string    `xml:"Subject>NameID"`
	Conditions struct {
		NotBefore time.Time `xml:"NotBefore,attr"`
		ExpiresAt time.Time `xml:"NotOnOrAfter,attr"`
		Audience  []string  `xml:"AudienceRestriction>Audience"`
	} `xml:"Conditions"`
}

// dissectSAML reads an assertion, alone or in a response, as it is or as base64; ok is
// false when the text holds none.
func dissectSAML(token Secret) (t Inspected, ok bool) {
	text := strings.TrimSpace(token.Reveal())
	if !strings.HasPrefix(text, "<") {
		text = unwrapped(text)
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		part, err := decoder.Token()
		if err != nil {
			return Inspected{}, false
		}
		start, isStart := part.(xml.StartElement)
		if !isStart || start.Name.Local != "Assertion" {
			continue
		}
		var a assertion
		if decoder.DecodeElement(&a, &start) != nil {
			return Inspected{}, false
		}
		t = Inspected{Form: SAMLForm, Issuer: strings.TrimSpace(a.Issuer), Username: strings.TrimSpace(a.NameID), IssuedAt: a.IssuedAt,
			NotBefore: a.Conditions.NotBefore, ExpiresAt: a.Conditions.ExpiresAt, Audience: a.Conditions.Audience}
		t.unchecked("apitok cannot check the signatures of XML")
		return t, true
	}
}

// unwrapped undoes either form of base64; "" when it is neither.
func unwrapped(text string) string {
	text = strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "").Replace(strings.TrimRight(text, "=\n"))
	xml, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	return string(xml)
}
