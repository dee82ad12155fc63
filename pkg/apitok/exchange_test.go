package apitok

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/pkg/grant"
)

type claimSet map[string]any

// with is the set with others put in; nil takes one away.
func (c claimSet) with(others claimSet) claimSet {
	all := claimSet{}
	for _, set := range []claimSet{c, others} {
		for name, value := range set {
			all[name] = value
		}
	}
	return all
}

func (c claimSet) token(t *testing.T) Secret {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return NewSecret("e30." + base64.RawURLEncoding.EncodeToString(b) + ".c2ln")
}

func exchangeRealm() Realm { return Realm{Server: "https://k", Name: "r"} }

// subjectClaims are those of a user's token that is for the client and two others.
func subjectClaims() claimSet {
	return claimSet{
		"iss": "https://k/realms/r", "sub": "7", "azp": "front", "aud": []string{"c", "orders"}, "scope": "email profile",
		"resource_access": map[string]any{"billing": map[string]any{"roles": []string{"read"}}},
	}
}

func gotClaims() claimSet {
	return claimSet{"sub": "7", "preferred_username": "bob", "azp": "c", "aud": "orders", "scope": "email",
		"resource_access": map[string]any{"orders": map[string]any{"roles": []string{"read"}}}}
}

// begun is an exchange of a request by a client called c; what it says goes to notes.
func begun(t *testing.T, req ExchangeRequest, notes *[]string) *exchange {
	t.Helper()
	if req.Requested == "" {
		req.Requested = AccessToken
	}
	if req.Subject.IsZero() {
		req.Subject = subjectClaims().token(t)
	}
	h := &Holder{Realm: exchangeRealm(), Now: func() time.Time { return time.Unix(1000, 0) }, Note: func(text string) { *notes = append(*notes, text) }}
	return &exchange{ExchangeRequest: req, h: h, client: "c", name: "alice/ci", subject: subjectOf(req, h.Realm), via: Standard}
}

func TestExchangedTokenIsLookedAt(t *testing.T) {
	orders, id, refresh := []string{"orders"}, ExchangeRequest{Requested: IDToken}, ExchangeRequest{Requested: RefreshToken}
	idClaims := gotClaims().with(claimSet{"aud": "c", "resource_access": nil})
	for name, test := range map[string]struct {
		req     ExchangeRequest
		got     claimSet
		refresh claimSet
		want    string
	}{
		"as asked":                 {req: ExchangeRequest{Audiences: orders}},
		"within the subject":       {got: claimSet{"aud": []string{"orders", "billing"}}},
		"wider audience":           {req: ExchangeRequest{Audiences: orders}, got: claimSet{"aud": []string{"orders", "billing"}}, want: `also for "billing"`},
		"other audience":           {req: ExchangeRequest{Audiences: orders}, got: claimSet{"aud": "billing"}, want: `not for "orders"`},
		"no audience":              {req: ExchangeRequest{Audiences: orders}, got: claimSet{"aud": nil}, want: `not for "orders"`},
		"one of two":               {req: ExchangeRequest{Audiences: []string{"orders", "billing"}}, want: `not for "billing"`},
		"wider roles":              {req: ExchangeRequest{Audiences: orders}, got: claimSet{"resource_access": map[string]any{"orders": 1, "z": 1, "a": 1}}, want: `also for "a", "z"`},
		"unasked audience":         {got: claimSet{"aud": []string{"orders", "else"}}, want: `also for "else"`},
		"unasked roles":            {got: claimSet{"resource_access": map[string]any{"else": 1}}, want: `also for "else"`},
		"another user's audiences": {req: ExchangeRequest{RequestedSubject: "bob"}, got: claimSet{"aud": []string{"else"}}},
		"wider scope":              {got: claimSet{"scope": "email phone"}, want: `also has the scope "phone"`},
		"two in one text":          {req: ExchangeRequest{Scopes: []string{"phone  address"}}, got: claimSet{"scope": "address email phone"}},
		"asked scope":              {req: ExchangeRequest{Scopes: []string{"phone"}}, got: claimSet{"scope": "email phone"}},
		"audience's scope":         {got: claimSet{"scope": "email aud-billing"}},
		"scope left out":           {req: ExchangeRequest{Scopes: []string{"phone"}}, want: `lacks the scope "phone"`},
		"another client's":         {got: claimSet{"azp": "front"}, want: `azp is "front"`},
		"no client's":              {got: claimSet{"azp": nil}, want: `azp is ""`},
		"another user":             {got: claimSet{"sub": "8"}, want: `is about "8"`},
		"the user asked for":       {req: ExchangeRequest{RequestedSubject: "BOB"}, got: claimSet{"sub": "8"}},
		"the id asked for":         {req: ExchangeRequest{RequestedSubject: "8"}, got: claimSet{"sub": "8", "preferred_username": "x"}},
		"not the one asked for":    {req: ExchangeRequest{RequestedSubject: "carol"}, want: `is about "bob", not "carol"`},
		"no actor":                 {req: ExchangeRequest{Actor: NewSecret("a")}, want: "passed over the actor token"},
		"an actor":                 {req: ExchangeRequest{Actor: NewSecret("a")}, got: claimSet{"act": map[string]any{"sub": "9"}}},
		"ID token":                 {req: id, got: idClaims.with(claimSet{"scope": nil})},
		"ID token of others":       {req: id, got: idClaims.with(claimSet{"aud": []string{"c", "orders"}}), want: `also for "orders"`},
		"no refresh token":         {req: refresh, want: "no refresh token"},
		"refresh token":            {req: refresh, refresh: claimSet{"typ": "Refresh"}},
		"offline instead":          {req: refresh, refresh: claimSet{"typ": "Offline"}, want: "gave an offline token"},
		"offline":                  {req: ExchangeRequest{Requested: OfflineToken}, got: claimSet{"scope": "offline_access"}, refresh: claimSet{"typ": "Offline"}},
		"not offline":              {req: ExchangeRequest{Requested: OfflineToken}, got: claimSet{"scope": "offline_access"}, refresh: claimSet{"typ": "Refresh"}, want: "not an offline token"},
	} {
		var notes []string
		x := begun(t, test.req, &notes)
		got := grant.Token{AccessToken: gotClaims().with(test.got).token(t)}
		if test.refresh != nil {
			got.RefreshToken = test.refresh.token(t)
		}
		err := x.verify(got)
		if test.want == "" && err != nil || test.want != "" && (!CheckFailed.Is(err) || !strings.Contains(err.Error(), test.want)) || len(notes) > 0 {
			t.Errorf("%s: %v, %q", name, err, notes)
		}
	}
}

// TestWiderIsTold: what may be wider is told to be so, and nothing else is let through.
func TestWiderIsTold(t *testing.T) {
	orders, also := []string{"orders"}, claimSet{"aud": []string{"orders", "b\x1b"}, "resource_access": map[string]any{"a": 1}}
	for name, test := range map[string]struct {
		req        ExchangeRequest
		got        claimSet
		want, note string
	}{
		"as asked": {req: ExchangeRequest{Audiences: orders}},
		"audience": {req: ExchangeRequest{Audiences: orders}, got: also, note: `warning: the token is also for "a", "b\x1b", which was not asked for`},
		"scope":    {got: claimSet{"scope": "email z phone"}, note: `warning: the token also has the scope "phone", "z", which was not asked for`},
		"both": {req: ExchangeRequest{Audiences: orders}, got: also.with(claimSet{"scope": "z"}),
			note: `warning: the token is also for "a", "b\x1b" and also has the scope "z", which was not asked for`},
		"other audience": {req: ExchangeRequest{Audiences: orders}, got: claimSet{"aud": "billing"}, want: `not for "orders"`},
		"other user":     {got: also.with(claimSet{"sub": "8"}), want: `is about "8"`},
		"other client":   {got: also.with(claimSet{"azp": "front"}), want: `azp is "front"`},
		"scope left out": {req: ExchangeRequest{Scopes: []string{"phone"}}, got: also, want: `lacks the scope "phone"`},
		"no refresh":     {req: ExchangeRequest{Requested: RefreshToken}, got: claimSet{"scope": "z"}, want: "no refresh token"},
	} {
		var notes []string
		test.req.AllowWider = true
		err := begun(t, test.req, &notes).verify(grant.Token{AccessToken: gotClaims().with(test.got).token(t)})
		if test.want == "" && err != nil || test.want != "" && (!CheckFailed.Is(err) || !strings.Contains(err.Error(), test.want)) || strings.Join(notes, "") != test.note {
			t.Errorf("%s: %v, %q", name, err, notes)
		}
	}
}

// TestRevocable: what the realm would not revoke is not sent to it, nor what would end more
// than was begun.
func TestRevocable(t *testing.T) {
	access, id, opaque := claimSet{"typ": "Bearer", "sid": "s"}.token(t), claimSet{"typ": "ID"}.token(t), NewSecret("opaque")
	ours, fresh := claimSet{"typ": "Refresh", "sid": "s"}.token(t), claimSet{"typ": "Refresh", "sid": "new"}.token(t)
	subject := subjectClaims().with(claimSet{"sid": "s"}).token(t)
	for name, test := range map[string]struct {
		req  ExchangeRequest
		got  grant.Token
		want []Secret
	}{
		"nothing":          {},
		"access":           {got: grant.Token{AccessToken: access}, want: []Secret{access}},
		"opaque":           {got: grant.Token{AccessToken: opaque}, want: []Secret{opaque}},
		"ID":               {ExchangeRequest{Requested: IDToken}, grant.Token{AccessToken: id}, nil},
		"assertion":        {ExchangeRequest{Requested: SAML2}, grant.Token{AccessToken: opaque}, nil},
		"no assertion":     {ExchangeRequest{Requested: SAML2}, grant.Token{AccessToken: access}, []Secret{access}},
		"another issuer's": {ExchangeRequest{RequestedIssuer: "github"}, grant.Token{AccessToken: access}, nil},
		"of a new session": {got: grant.Token{AccessToken: access, RefreshToken: fresh}, want: []Secret{access, fresh}},
		"of the same":      {got: grant.Token{AccessToken: access, RefreshToken: ours}, want: []Secret{access}},
		"that cannot tell": {got: grant.Token{AccessToken: access, RefreshToken: opaque}, want: []Secret{access, opaque}},
	} {
		test.req.Subject = subject
		x := begun(t, test.req, new([]string))
		x.answer = test.got
		if got := x.revocable(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %d tokens, not %d", name, len(got), len(test.want))
		}
	}
	x := begun(t, ExchangeRequest{}, new([]string))
	x.Subject, x.answer.RefreshToken = Secret{}, opaque
	if got := x.revocable(); len(got) != 1 {
		t.Errorf("without a subject token: %d tokens", len(got))
	}
}

// TestUnreadableIsTold: what cannot be looked at is told.
func TestUnreadableIsTold(t *testing.T) {
	opaque := NewSecret("opaque")
	for name, test := range map[string]struct {
		req ExchangeRequest
		got grant.Token
	}{
		"access":  {ExchangeRequest{}, grant.Token{AccessToken: opaque}},
		"refresh": {ExchangeRequest{Requested: RefreshToken}, grant.Token{AccessToken: gotClaims().token(t), RefreshToken: opaque}},
		"sub":     {ExchangeRequest{}, grant.Token{AccessToken: gotClaims().with(claimSet{"sub": nil}).token(t)}},
		"user":    {ExchangeRequest{RequestedSubject: "bob"}, grant.Token{AccessToken: gotClaims().with(claimSet{"preferred_username": nil}).token(t)}},
		"saml": {ExchangeRequest{Requested: SAML2, Audiences: []string{"s"}},
			grant.Token{AccessToken: NewSecret(base64.URLEncoding.EncodeToString([]byte(`<EncryptedAssertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>`)))}},
	} {
		var notes []string
		if err := begun(t, test.req, &notes).verify(test.got); err != nil || len(notes) != 1 || !strings.Contains(notes[0], "cannot be checked") {
			t.Errorf("%s: %v, %q", name, err, notes)
		}
	}
}

func TestForeignTokenHasNotEnded(t *testing.T) {
	var notes []string
	x := begun(t, ExchangeRequest{RequestedIssuer: "github"}, &notes)
	if err := x.verify(grant.Token{AccessToken: claimSet{"exp": 1001, "aud": "x"}.token(t)}); err != nil {
		t.Error(err)
	}
	if err := x.verify(grant.Token{AccessToken: claimSet{"exp": 1000}.token(t)}); !CheckFailed.Is(err) {
		t.Error(err)
	}
}

func TestAssertionIsForItsAudience(t *testing.T) {
	assertion := func(name string, audiences ...string) string {
		text := `<a:` + name + ` xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"><a:Conditions><a:AudienceRestriction>`
		for _, audience := range audiences {
			text += "<a:Audience>" + audience + "</a:Audience>"
		}
		return text + `</a:AudienceRestriction></a:Conditions></a:` + name + `>`
	}
	for text, good := range map[string]bool{
		assertion("Assertion", "s"): true, assertion("Assertion", "s", "t"): false, assertion("Assertion", "t"): false,
		assertion("Assertion"): false, assertion("Response", "s"): false, responseOf(assertion("Assertion", "s")): false, "no XML": false,
	} {
		var notes []string
		x := begun(t, ExchangeRequest{Requested: SAML2, Audiences: []string{"s"}}, &notes)
		for _, encoding := range []*base64.Encoding{base64.URLEncoding, base64.RawURLEncoding} {
			if err := x.verify(grant.Token{AccessToken: NewSecret(encoding.EncodeToString([]byte(text)))}); (err == nil) != good || !good && !CheckFailed.Is(err) {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	for text, want := range map[string]string{assertion("Assertion", "s", "t"): `the assertion is also for "t"`, assertion("Assertion", "t"): ""} {
		var notes []string
		x := begun(t, ExchangeRequest{Requested: SAML2, Audiences: []string{"s"}, AllowWider: true}, &notes)
		if err := x.verify(grant.Token{AccessToken: NewSecret(text)}); (err == nil) != (want != "") || !strings.Contains(strings.Join(notes, ""), want) {
			t.Errorf("%s: %v, %q", text, err, notes)
		}
	}
}

func TestExchangeRoutes(t *testing.T) {
	foreign := claimSet{"iss": "https://else"}.token(t)
	for name, test := range map[string]struct {
		req  ExchangeRequest
		want []Route
	}{
		"the realm's":      {ExchangeRequest{}, []Route{Standard}},
		"opaque":           {ExchangeRequest{Subject: NewSecret("opaque")}, []Route{Standard}},
		"user":             {ExchangeRequest{RequestedSubject: "bob"}, []Route{Legacy}},
		"stored token":     {ExchangeRequest{RequestedIssuer: "github"}, []Route{Legacy}},
		"provider's":       {ExchangeRequest{Subject: NewSecret("opaque"), SubjectIssuer: "github"}, []Route{Legacy}},
		"SAML":             {ExchangeRequest{Requested: SAML2}, []Route{Legacy}},
		"offline":          {ExchangeRequest{Requested: OfflineToken}, []Route{Legacy}},
		"foreign":          {ExchangeRequest{Subject: foreign}, []Route{Legacy, JWTGrant}},
		"foreign, alias":   {ExchangeRequest{Subject: foreign, SubjectIssuer: "else"}, []Route{Legacy, JWTGrant}},
		"foreign, refresh": {ExchangeRequest{Subject: foreign, Requested: RefreshToken}, []Route{Legacy}},
		"foreign, more":    {ExchangeRequest{Subject: foreign, Parameters: url.Values{"a": {"b"}}}, []Route{Legacy}},
		"named":            {ExchangeRequest{Subject: foreign, Via: Standard}, []Route{Standard}},
	} {
		if got := begun(t, test.req, new([]string)).routes(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
