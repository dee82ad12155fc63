package apitok

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// A samlWalk is what a whole document is like. Readers of SAML have been deceived by parts
// that the signature does not cover, or that one library passes over and another does not.
type samlWalk struct {
	// depth is that of the element at hand, roots how many there were at the top.
	depth, roots int
	// response tells that the root is a response.
	response bool
	// assertions counts those at any depth.
	assertions int
	// remarks tells of comments and instructions inside, documentType of a document type.
	remarks, documentType bool
}

// walkSAML walks through a document; ok is false when it is not well-formed XML.
func walkSAML(text string) (w samlWalk, ok bool) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		part, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF):
			return w, w.roots == 1
		case err != nil || !w.step(part):
			return w, false
		}
	}
}

// step tells whether a part may be where it is.
func (w *samlWalk) step(part xml.Token) bool {
	switch part := part.(type) {
	case xml.StartElement:
		if w.depth == 0 {
			w.roots++
			w.response = part.Name == xml.Name{Space: "urn:oasis:names:tc:SAML:2.0:protocol", Local: "Response"}
		}
		w.depth++
		if isAssertion(part.Name) {
			w.assertions++
		}
		return !repeats(part.Attr)
	case xml.EndElement:
		w.depth--
	case xml.CharData:
		return w.depth > 0 || strings.TrimSpace(string(part)) == ""
	case xml.Comment, xml.ProcInst:
		w.remarks = w.remarks || w.depth > 0
	case xml.Directive:
		w.documentType = true
	}
	return true
}

// repeats tells whether an attribute is there twice, which Go's reader lets pass.
func repeats(attributes []xml.Attr) bool {
	seen := map[xml.Name]bool{}
	for _, attribute := range attributes {
		if seen[attribute.Name] {
			return true
		}
		seen[attribute.Name] = true
	}
	return false
}

// doubts are why other readers may read the document otherwise.
func (w samlWalk) doubts() (doubts []string) {
	if w.assertions > 1 {
		doubts = append(doubts, "it holds "+strconv.Itoa(w.assertions)+" assertions, of which this is the first: some readers take another")
	}
	if w.remarks {
		doubts = append(doubts, "it has comments or instructions inside, at which some readers end a text")
	}
	if w.documentType {
		doubts = append(doubts, "it has a document type, by which some readers put other texts in")
	}
	return doubts
}
