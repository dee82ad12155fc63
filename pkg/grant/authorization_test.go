package grant

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

func begun() (Authorization, url.Values) {
	a := Authorize(AuthorizationRequest{URL: "https://k/auth", Issuer: "https://k", ClientID: "c", RedirectURI: "http://127.0.0.1:1/callback", Scope: []string{"openid"}})
	return a, url.Values{"state": {a.state}, "iss": {"https://k"}, "code": {"x"}}
}

// TestAuthorizationAddress: what RFC 6749 section 4.1.1 and RFC 7636 section 4.3 demand,
// new each time; the verifier is not in it.
func TestAuthorizationAddress(t *testing.T) {
	a, _ := begun()
	u, err := url.Parse(a.Address())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": "c", "scope": "openid", "redirect_uri": "http://127.0.0.1:1/callback",
		"code_challenge_method": "S256", "state": a.state, "nonce": a.Nonce} {
		if q.Get(name) != want {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	if len(q.Get("code_challenge")) != 43 || strings.Contains(a.Address(), a.verifier.Reveal()) || len(a.verifier.Reveal()) < 43 {
		t.Errorf("the challenge in %s is wrong", a.Address())
	}
	if b, _ := begun(); b.state == a.state || b.Nonce == a.Nonce || b.verifier == a.verifier {
		t.Error("two requests are the same")
	}
}

// TestS256 is the example of RFC 7636 appendix B.
func TestS256(t *testing.T) {
	form := url.Values{}
	setChallenge(form, NewSecret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
	if got := form.Get("code_challenge"); got != "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" {
		t.Errorf("%s", got)
	}
}

func TestAuthorizationAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		change url.Values
		owned  bool
		want   func(error) bool
	}{
		"good":               {nil, true, func(err error) bool { return err == nil }},
		"no state":           {url.Values{"state": nil}, false, func(err error) bool { return err != nil }},
		"wrong state":        {url.Values{"state": {"x"}}, false, func(err error) bool { return err != nil }},
		"two states":         {url.Values{"state": {"x", "x"}}, false, func(err error) bool { return err != nil }},
		"no issuer":          {url.Values{"iss": nil}, true, func(err error) bool { return errors.Is(err, ErrIssuer) }},
		"wrong issuer":       {url.Values{"iss": {"https://evil"}}, true, func(err error) bool { return errors.Is(err, ErrIssuer) }},
		"two issuers":        {url.Values{"iss": {"https://k", "https://evil"}}, true, func(err error) bool { return errors.Is(err, ErrIssuer) }},
		"other's refusal":    {url.Values{"iss": {"https://evil"}, "error": {"access_denied"}}, true, func(err error) bool { return errors.Is(err, ErrIssuer) }},
		"refusal":            {url.Values{"error": {"access_denied"}}, true, func(err error) bool { return err != nil && err.Error() == "access_denied" }},
		"no code":            {url.Values{"code": nil}, true, func(err error) bool { return err != nil }},
		"two codes":          {url.Values{"code": {"x", "y"}}, true, func(err error) bool { return err != nil }},
		"a code and refusal": {url.Values{"error": {"server_error"}, "error_description": {"no"}}, true, func(err error) bool { return err != nil && err.Error() == "server_error: no" }},
	} {
		a, answer := begun()
		for key, values := range test.change {
			answer[key] = values
		}
		code, err := a.Code(answer)
		if a.Owns(answer) != test.owned || !test.want(err) || (err == nil) != (code.Code.Reveal() == "x" && code.Verifier == a.verifier) {
			t.Errorf("%s: %v, %v", name, a.Owns(answer), err)
		}
	}
}
