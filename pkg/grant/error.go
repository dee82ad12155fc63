package grant

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// An Error is the authorization server's refusal (RFC 6749 sections 4.1.2.1 and
// 5.2).
type Error struct {
	// Status is the HTTP status code; 0 for a refusal that a browser brought.
	Status int
	// Code is the error code, such as "invalid_client"; empty when the answer
	// held none.
	Code string
	// Description is the server's text. It is untrusted: it may hold anything.
	Description string
}

// Error says status, code and description.
func (e *Error) Error() string {
	var parts []string
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
	}
	if e.Code != "" {
		parts = append(parts, e.Code)
	}
	if e.Description != "" {
		parts = append(parts, e.Description)
	}
	return strings.Join(parts, ": ")
}

// Busy tells that the server, or a proxy before it, is busy or broken: another attempt
// may succeed.
func (e *Error) Busy() bool {
	return e.Status == http.StatusTooManyRequests || e.Status >= http.StatusInternalServerError
}

// newError reads a refusal. A body that is not the JSON of section 5.2 (a
// proxy's page, say) is not repeated.
func newError(status int, body []byte) *Error {
	var b struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(body, &b) != nil {
		return &Error{Status: status}
	}
	return &Error{Status: status, Code: b.Code, Description: b.Description}
}
