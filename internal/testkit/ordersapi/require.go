package ordersapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// require lets requests through whose token is valid and carries the role, and tells the others why not (RFC 6750).
func (a api) require(role string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := bearer(r)
		if token == "" {
			refuse(w, http.StatusUnauthorized, "", "")
			return
		}
		c, err := a.verify(r.Context(), token)
		if err != nil {
			refuse(w, http.StatusUnauthorized, "invalid_token", err.Error())
			return
		}
		if !slices.Contains(c.Access[Audience].Roles, role) {
			refuse(w, http.StatusForbidden, "insufficient_scope", "the role "+role+" of "+Audience+" is missing")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuse answers with a challenge; a request without any token is told no error, as RFC 6750 asks.
func refuse(w http.ResponseWriter, status int, code, description string) {
	challenge := fmt.Sprintf(`Bearer realm="%s"`, Audience)
	if code != "" {
		challenge += fmt.Sprintf(`, error="%s", error_description="%s"`, code, quotable(description))
	}
	w.Header().Set("WWW-Authenticate", challenge)
	answer(w, status, map[string]string{"error": code, "error_description": description})
}

// quotable keeps what RFC 6750 allows in a description: printable ASCII without quotes and backslashes.
func quotable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r < ' ' || r > '~' || r == '\\':
			return '?'
		}
		return r
	}, s)
}

func orders(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"orders": []map[string]any{{"id": 1, "item": "keyboard"}, {"id": 2, "item": "lamp"}}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(http.ErrAbortHandler) // The caller is gone.
	}
}
