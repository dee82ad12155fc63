package grant

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestSecretsAreNotPrinted tries every way in which Go prints or encodes a value.
func TestSecretsAreNotPrinted(t *testing.T) {
	token := Token{AccessToken: NewSecret("hunter2"), RefreshToken: NewSecret("hunter2")}
	auth := ClientSecretBasic{ClientID: "c", Secret: NewSecret("hunter2")}
	var printed strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&printed, verb+verb+verb, token, &token, auth)
	}
	b, err := json.Marshal(token)
	if err != nil {
		t.Fatal(err)
	}
	printed.Write(b)
	for _, leak := range []string{"hunter2", "68756e74657232"} {
		if strings.Contains(printed.String(), leak) {
			t.Errorf("the secret was printed: %s", printed.String())
		}
	}
}

// TestClientSecretBasic: RFC 6749 section 2.3.1 and its appendix B.
func TestClientSecretBasic(t *testing.T) {
	header := http.Header{}
	if err := (ClientSecretBasic{ClientID: "a:b c", Secret: NewSecret("op%+s/e c:ret é")}).authenticate(header, nil); err != nil {
		t.Fatal(err)
	}
	req := http.Request{Header: header}
	id, secret, ok := req.BasicAuth()
	if id != "a%3Ab+c" || secret != "op%25%2Bs%2Fe+c%3Aret+%C3%A9" || !ok {
		t.Errorf("id %q, secret %q", id, secret)
	}
}

func TestForms(t *testing.T) {
	tests := []struct {
		grant Grant
		want  url.Values
	}{
		{ClientCredentials{}, url.Values{"grant_type": {"client_credentials"}}},
		{ClientCredentials{Scope: []string{"a", "b"}}, url.Values{"grant_type": {"client_credentials"}, "scope": {"a b"}}},
		{Password{"u", NewSecret("p")}, url.Values{"grant_type": {"password"}, "username": {"u"}, "password": {"p"}}},
		{AuthorizationCode{NewSecret("c"), "u", NewSecret("v")},
			url.Values{"grant_type": {"authorization_code"}, "code": {"c"}, "redirect_uri": {"u"}, "code_verifier": {"v"}}},
		{DeviceCode{NewSecret("d"), NewSecret("v")},
			url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {"d"}, "code_verifier": {"v"}}},
		{TokenExchange{}, url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}}},
		{TokenExchange{Subject: NewSecret("t"), SubjectType: AccessTokenType, Audience: []string{"a", "b"}, Scope: []string{"c", "d"},
			Parameters: url.Values{"own": {"1", "2"}, "subject_token": {"other"}}},
			url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "subject_token": {"t"},
				"subject_token_type": {string(AccessTokenType)}, "audience": {"a", "b"}, "scope": {"c d"}, "own": {"1", "2"}}},
		{TokenExchange{RequestedSubject: "bob", Parameters: url.Values{"scope": {"x"}, "audience": {"x"}, "client_id": {"x"}, "requested_issuer": {"x"}}},
			url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "requested_subject": {"bob"}}},
		{JWTBearer{NewSecret("j"), []string{"a"}},
			url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {"j"}, "scope": {"a"}}},
		{RefreshToken{NewSecret("r")}, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"r"}}},
	}
	for _, test := range tests {
		if got := test.grant.form().Encode(); got != test.want.Encode() {
			t.Errorf("%T: %s", test.grant, got)
		}
	}
}

func TestParse(t *testing.T) {
	sent := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	got, err := parse([]byte(`{"access_token":"t","token_type":"Bearer","expires_in":300,"refresh_expires_in":0,"scope":"a b"}`), sent)
	if err != nil || !got.RefreshExpiry.IsZero() || got.AccessToken.Reveal() != "t" || !got.Expiry.Equal(sent.Add(5*time.Minute)) || len(got.Scope) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, body := range []string{"", "<html>hunter2</html>", `{"token_type":"Bearer"}`, `["hunter2"]`} {
		_, err := parse([]byte(body), sent)
		var refusal *Error
		if !errors.As(err, &refusal) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestErrorDoesNotRepeatAPage(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":"invalid_client","error_description":"no"}`: "401 Unauthorized: invalid_client: no",
		`<html>secret</html>`: "401 Unauthorized",
	} {
		if got := newError(401, []byte(body)).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
