package apitok_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/apitok/apitok/internal/testkit"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keystore"
)

// A Go program calls an API with the tokens of a credential whose secret this machine
// holds, as apitok token does.
func ExampleSource() {
	ref, err := apitok.ParseRef("alice/ci", "")
	if err != nil {
		panic(err)
	}
	state := filepath.Join(os.Getenv("HOME"), ".local/state/apitok")
	store, err := keystore.Open(keystore.Options{Dir: state})
	if err != nil {
		panic(err)
	}
	holder := &apitok.Holder{
		Realm: apitok.Realm{Server: "https://keycloak.example.com", Name: "acme"},
		Store: store,
		HTTP:  &http.Client{Timeout: 30 * time.Second},
		Now:   time.Now,
		Note:  func(text string) { println(text) },
	}
	source := apitok.NewSource(context.Background(), holder, apitok.TokenRequest{Ref: ref, Audiences: []string{"orders-api"}})
	client := &http.Client{Transport: &oauth2.Transport{Source: source}, Timeout: 30 * time.Second}
	resp, err := client.Get("https://orders.example.com/orders")
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
}

// A sourceBed is a source of the tokens of a client of a real realm, with a clock that
// the test sets.
type sourceBed struct {
	source *apitok.Source
	proxy  *testkit.FaultProxy
	later  atomic.Int64 // how far the clock is ahead, in nanoseconds
}

func newSourceBed(t *testing.T) *sourceBed {
	realm := testkit.Keycloak(t).Realm(t)
	id, secret := realm.Operator(t, "view-clients")
	b := &sourceBed{proxy: testkit.Proxy(t, realm.URL)}
	holder := &apitok.Holder{
		Realm: apitok.Realm{Server: b.proxy.URL, Name: realm.Name},
		HTTP:  &http.Client{Timeout: time.Minute},
		Now:   func() time.Time { return time.Now().Add(time.Duration(b.later.Load())) },
		Note:  func(string) {},
	}
	b.source = apitok.NewSource(t.Context(), holder, apitok.TokenRequest{ClientID: id, Secret: apitok.NewSecret(secret)})
	return b
}

// ahead sets the clock to so long before the end of a token; after it if negative.
func (b *sourceBed) ahead(token *oauth2.Token, left time.Duration) {
	b.later.Store(int64(time.Until(token.Expiry) - left))
}

// TestSourceManyAtOnce: any number of goroutines have one token from one request.
func TestSourceManyAtOnce(t *testing.T) {
	b := newSourceBed(t)
	tokens := make([]*oauth2.Token, 50)
	var all sync.WaitGroup
	for i := range tokens {
		all.Go(func() {
			var err error
			if tokens[i], err = b.source.Token(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, token := range tokens {
		if token == nil || token.AccessToken != tokens[0].AccessToken || !token.Valid() || token.Type() != "Bearer" {
			t.Fatalf("one of them has %v", token)
		}
	}
	if n := len(b.proxy.Requests()); n != 1 {
		t.Errorf("they sent %d requests", n)
	}
}

// TestSourceRenewsAhead: while one renews the token, the others use the one before.
func TestSourceRenewsAhead(t *testing.T) {
	b := newSourceBed(t)
	old := must(t, b.source)
	b.ahead(old, 20*time.Second)
	gate := testkit.NewGate(t)
	b.proxy.When(testkit.Always(), testkit.Hold(gate))
	renewed := make(chan *oauth2.Token)
	go func() {
		token, err := b.source.Token()
		if err != nil {
			t.Error(err)
		}
		renewed <- token
	}()
	<-gate.Arrived
	if token := must(t, b.source); token.AccessToken != old.AccessToken {
		t.Error("the others have another token")
	}
	gate.Open()
	fresh := <-renewed
	if fresh == nil || fresh.AccessToken == old.AccessToken {
		t.Error("the token is not renewed")
	}
	if n := len(b.proxy.Requests()); n != 2 {
		t.Errorf("they sent %d requests", n)
	}
}

// TestSourceWithoutServer: a server that is away is no failure until the token ends.
func TestSourceWithoutServer(t *testing.T) {
	b := newSourceBed(t)
	old := must(t, b.source)
	b.proxy.When(testkit.Always(), testkit.Answer(http.StatusServiceUnavailable, 0))
	b.ahead(old, 20*time.Second)
	for range 3 {
		if token := must(t, b.source); token.AccessToken != old.AccessToken {
			t.Error("there is another token")
		}
	}
	if n := len(b.proxy.Requests()); n != 2 {
		t.Errorf("it sent %d requests: it waits between attempts", n)
	}
	b.ahead(old, -time.Second)
	if token, err := b.source.Token(); !apitok.Unavailable.Is(err) {
		t.Errorf("after the end: %v, %v", token, err)
	}
	b.proxy.Reset()
	if token := must(t, b.source); token.AccessToken == old.AccessToken {
		t.Error("it gives a token that has ended")
	}
}

func must(t *testing.T, source oauth2.TokenSource) *oauth2.Token {
	t.Helper()
	token, err := source.Token()
	if err != nil {
		t.Fatal(err)
	}
	return token
}
