package apitok_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keystore"
)

// TestRenewalsOfCached: a cached token that would still do for one call is not the new
// one that is wanted; the next is cached in its place, and a failure is told and tried
// again while the old one holds.
func TestRenewalsOfCached(t *testing.T) {
	realm := testkit.Keycloak(t).Realm(t)
	for _, variable := range testkit.Keyring(t) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	realm.Must(t, "POST", "/clients", map[string]any{"clientId": "apitok.alice.ci", "secret": "s", "serviceAccountsEnabled": true}, nil)
	proxy := testkit.Proxy(t, realm.URL)
	var later atomic.Int64
	store, err := keystore.Open(keystore.Options{Dir: t.TempDir(), Store: keystore.Keyring})
	if err != nil {
		t.Fatal(err)
	}
	var told atomic.Int64
	holder := &apitok.Holder{
		Realm: apitok.Realm{Server: proxy.URL, Name: realm.Name},
		Store: store,
		HTTP:  &http.Client{Timeout: time.Minute},
		Now:   func() time.Time { return time.Now().Add(time.Duration(later.Load())) },
		Note: func(text string) {
			if strings.Contains(text, "could not be renewed") {
				told.Add(1)
			}
		},
	}
	req := apitok.TokenRequest{Ref: apitok.Ref{Owner: "alice", Name: "ci"}}
	if err := holder.Import(t.Context(), req.Ref, apitok.NewSecret("s"), false); err != nil {
		t.Fatal(err)
	}
	first, err := holder.Token(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	proxy.When(testkit.First(1, testkit.Always()), testkit.Answer(http.StatusServiceUnavailable, 0))
	later.Store(int64(time.Until(first.ExpiresAt) - 29*time.Second))
	for token, err := range holder.Renewals(t.Context(), req, first) {
		if err != nil {
			t.Fatal(err)
		}
		if token.AccessToken == first.AccessToken {
			t.Error("the new token is the one before")
		}
		if !holder.Now().Before(first.ExpiresAt) {
			t.Error("it came when the one before had ended")
		}
		break
	}
	if n := told.Load(); n != 1 {
		t.Errorf("%d failures were told, not one", n)
	}
	if n := len(proxy.Requests()); n != 4 {
		t.Errorf("%d requests: two to begin with, one that failed and one that did not", n)
	}
}
