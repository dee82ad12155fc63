package apitok

import (
	"encoding/base64"
	"encoding/xml"
	"strings"
	"time"
)

// samlNamespace is that of SAML 2.0 assertions.
const samlNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"

// A samlAssertion is what is read of a SAML 2.0 assertion (SAML 2.0 core section 2.3.3).
type samlAssertion struct {
	Issuer, NameID                 string
	Audiences                      []string
	IssuedAt, NotBefore, ExpiresAt time.Time
	// Wrapped tells that it is in a response, Encrypted that nothing of it can be read.
	Wrapped, Encrypted bool
	// Doubts are why other readers may read it otherwise.
	Doubts []string
}

// readAssertion reads an assertion, alone or the first of a response, as it is or as either
// form of base64; ok is false when the text holds none. Its signature is not looked at.
func readAssertion(token Secret) (a samlAssertion, ok bool) {
	text := strings.TrimSpace(token.Reveal())
	if !strings.HasPrefix(text, "<") {
		text = unwrapped(text)
	}
	walk, ok := walkSAML(text)
	if !ok {
		return samlAssertion{}, false
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	for depth := 0; ; {
		part, err := decoder.Token()
		if err != nil {
			return samlAssertion{}, false
		}
		switch part := part.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			if !isAssertion(part.Name) || depth > 1 && (depth > 2 || !walk.response) {
				continue
			}
			a = samlAssertion{Wrapped: depth == 2, Encrypted: part.Name.Local == "EncryptedAssertion", Doubts: walk.doubts()}
			return a, a.read(decoder, &part) == nil
		}
	}
}

func isAssertion(name xml.Name) bool {
	return name.Space == samlNamespace && (name.Local == "Assertion" || name.Local == "EncryptedAssertion")
}

// read reads the element, the parts that it should have once as often as they are there.
func (a *samlAssertion) read(decoder *xml.Decoder, start *xml.StartElement) error {
	var element struct {
		Attributes []xml.Attr `xml:",any,attr"`
		Issuers    []string   `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
		NameIDs    []string   `xml:"urn:oasis:names:tc:SAML:2.0:assertion Subject>NameID"`
		Conditions []struct {
			Attributes []xml.Attr `xml:",any,attr"`
			Audiences  []string   `xml:"urn:oasis:names:tc:SAML:2.0:assertion AudienceRestriction>Audience"`
		} `xml:"urn:oasis:names:tc:SAML:2.0:assertion Conditions"`
	}
	if err := decoder.DecodeElement(&element, start); err != nil {
		return err
	}
	a.Issuer, a.NameID = a.only("Issuer", element.Issuers), a.only("NameID", element.NameIDs)
	a.IssuedAt = a.moment("IssueInstant", element.Attributes)
	if len(element.Conditions) > 1 {
		a.Doubts = append(a.Doubts, saysTwice("Conditions"))
	}
	for _, conditions := range element.Conditions {
		a.NotBefore, a.ExpiresAt = a.moment("NotBefore", conditions.Attributes), a.moment("NotOnOrAfter", conditions.Attributes)
		for _, audience := range conditions.Audiences {
			a.Audiences = append(a.Audiences, strings.TrimSpace(audience))
		}
	}
	return nil
}

func (a *samlAssertion) only(name string, texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	if len(texts) > 1 {
		a.Doubts = append(a.Doubts, saysTwice(name))
	}
	return strings.TrimSpace(texts[len(texts)-1])
}

// moment reads an attribute of SAML's own, which have no namespace.
func (a *samlAssertion) moment(name string, attributes []xml.Attr) time.Time {
	for _, attribute := range attributes {
		if attribute.Name != (xml.Name{Local: name}) {
			continue
		}
		moment, err := time.Parse(time.RFC3339, attribute.Value)
		if err != nil {
			a.Doubts = append(a.Doubts, "its "+name+" is no moment: "+quote(attribute.Value))
		}
		return moment
	}
	return time.Time{}
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
