package cli_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// claims writes the claims of the token in a file: claims FILE
func claims(ts *testscript.TestScript, _ bool, args []string) {
	writeJSON(ts, payload(ts, args[0]))
}

// payload is the second part of the token in a file.
func payload(ts *testscript.TestScript, file string) []byte {
	parts := strings.Split(strings.TrimSpace(ts.ReadFile(file)), ".")
	if len(parts) != 3 {
		ts.Fatalf("%s holds no token", file)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	ts.Check(err)
	return text
}

// userInfo asks the server whom a token belongs to, demands a status and writes the
// answer: userinfo STATUS FILE
func (b *bed) userInfo(ts *testscript.TestScript, _ bool, args []string) {
	req, err := http.NewRequest(http.MethodGet, b.realm.Issuer()+"/protocol/openid-connect/userinfo", nil)
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(ts.ReadFile(args[1])))
	answer(ts, args[0], req)
}

// introspect has a client ask the server about a token (RFC 7662):
// introspect CLIENT-ID FILE
func (b *bed) introspect(ts *testscript.TestScript, _ bool, args []string) {
	var secret struct{ Value string }
	b.realm.Must(b.t, http.MethodGet, "/clients/"+b.clientID(b.t, args[0])+"/client-secret", nil, &secret)
	form := url.Values{"token": {strings.TrimSpace(ts.ReadFile(args[1]))}}
	req, err := http.NewRequest(http.MethodPost, b.realm.Issuer()+"/protocol/openid-connect/token/introspect", strings.NewReader(form.Encode()))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(args[0]), url.QueryEscape(secret.Value))
	answer(ts, "200", req)
}

func answer(ts *testscript.TestScript, status string, req *http.Request) {
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if got := fmt.Sprint(resp.StatusCode); got != status {
		ts.Fatalf("%s answers %s, not %s: %s", req.URL.Path, got, status, body)
	}
	if len(body) > 0 {
		writeJSON(ts, body)
	}
}

// writeJSON writes JSON with its keys in order, one a line.
func writeJSON(ts *testscript.TestScript, text []byte) {
	var value any
	ts.Check(json.Unmarshal(text, &value))
	indented, err := json.MarshalIndent(value, "", "  ")
	ts.Check(err)
	_, err = ts.Stdout().Write(append(indented, '\n'))
	ts.Check(err)
}
