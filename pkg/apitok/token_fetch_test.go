package apitok_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/cached"
	"github.com/apitok/apitok/pkg/keystore"
)

// TestAPersonIsNoServer: while a token that still holds is renewed, the server's time is
// short, but not that of a person who types the passphrase of the store.
func TestAPersonIsNoServer(t *testing.T) {
	dir, asked := t.TempDir(), 0
	options := keystore.Options{Store: keystore.File, Cache: keystore.Plaintext, Dir: dir, Note: func(string) {}, Chosen: func(context.Context, keystore.Kind) {},
		Passphrase: func(ctx context.Context, _ bool) (apitok.Secret, error) {
			asked++
			if end, limited := ctx.Deadline(); limited {
				t.Errorf("%s is all the time that a person has", time.Until(end))
			}
			return apitok.NewSecret("passphrase"), nil
		}}
	open := func() apitok.Store {
		store, err := keystore.Open(options)
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	realm := apitok.Realm{Server: "http://127.0.0.1:1", Name: "nobody"}
	item := apitok.Item{Kind: apitok.TokenItem, Server: realm.Server, Realm: realm.Name, Client: "apitok.alice.ci"}
	now := time.Now()
	due := cached.Token{AccessToken: "t", Type: "Bearer", FetchedAt: now.Add(-time.Hour).Unix(), RenewAt: now.Add(-time.Minute).Unix(), ExpiresAt: now.Add(time.Hour).Unix()}
	secret := item
	secret.Kind = apitok.SecretItem
	store := open()
	for item, text := range map[*apitok.Item]string{&item: due.Encode(item.Key()), &secret: `{"client_secret":"s"}`} {
		if err := store.Put(t.Context(), *item, apitok.NewSecret(text), time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	asked = 0
	var said []string
	holder := &apitok.Holder{Realm: realm, Store: open(), HTTP: http.DefaultClient, Now: time.Now, Note: func(text string) { said = append(said, text) }}
	got, err := holder.Token(t.Context(), apitok.TokenRequest{Ref: apitok.Ref{Owner: "alice", Name: "ci"}})
	if err != nil || got.AccessToken.Reveal() != "t" || asked != 1 {
		t.Errorf("%q, %v, asked %d times", got.AccessToken.Reveal(), err, asked)
	}
	if len(said) != 1 || !strings.Contains(said[0], "could not be renewed") {
		t.Errorf("it said %q", said)
	}
}
