package cli_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/cached"
	"github.com/apitok/apitok/pkg/keystore"
)

// programAt is apitok on a machine whose clock is ahead: apitokat DURATION ARGS...
func programAt() int {
	ahead, err := time.ParseDuration(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return program(func() time.Time { return time.Now().Add(ahead) }, os.Args[2:])
}

// onCache is a program of its own that changes a client's cached token:
// PROGRAM SERVER REALM CLIENT-ID HOW
func onCache(change func(ctx context.Context, store apitok.Store, item apitok.Item, how string) error) int {
	item := apitok.Item{Kind: apitok.TokenItem, Server: os.Args[1], Realm: os.Args[2], Client: os.Args[3]}
	store, err := keystore.Open(keystore.Options{Store: keystore.Keyring, Dir: config.FindFolders(os.Getenv).State})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := change(context.Background(), store, item, os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// ageToken makes it older, as if time had passed since it was fetched; how is a
// duration.
func ageToken(ctx context.Context, store apitok.Store, item apitok.Item, how string) error {
	by, err := time.ParseDuration(how)
	if err != nil {
		return err
	}
	text, err := store.Get(ctx, item)
	if err != nil {
		return err
	}
	token, ok := cached.Decode(text.Reveal(), item.Key())
	if !ok {
		return fmt.Errorf("%s holds no token", item.Key())
	}
	for _, moment := range []*int64{&token.FetchedAt, &token.RenewAt, &token.ExpiresAt} {
		*moment -= int64(by / time.Second)
	}
	return store.Put(ctx, item, apitok.NewSecret(token.Encode(item.Key())), time.Time{})
}

// plantToken puts a text in its place.
func plantToken(ctx context.Context, store apitok.Store, item apitok.Item, how string) error {
	return store.Put(ctx, item, apitok.NewSecret(how), time.Time{})
}

// hasExpired has a credential have ended long ago, as if time had passed since it was made:
// hasexpired CLIENT-ID
func (b *bed) hasExpired(_ *testscript.TestScript, _ bool, args []string) {
	b.realm.Must(b.t, http.MethodPut, "/clients/"+b.clientID(b.t, args[0]), map[string]any{
		"clientId": args[0], "attributes": map[string]string{"apitok.expires_at": "2026-01-01T00:00:00Z"}}, nil)
}
