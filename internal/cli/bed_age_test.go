package cli_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/cached"
	"github.com/apitok/apitok/pkg/keystore"
)

// ageToken is a program of its own that makes a client's cached token older, as if
// time had passed since it was fetched: agetoken SERVER REALM CLIENT-ID DURATION
func ageToken() int {
	args := os.Args[1:]
	item := apitok.Item{Kind: apitok.TokenItem, Server: args[0], Realm: args[1], Client: args[2]}
	by, err := time.ParseDuration(args[3])
	if err == nil {
		err = age(item, int64(by/time.Second))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func age(item apitok.Item, seconds int64) error {
	store := keystore.New(config.FindFolders(os.Getenv).State, keystore.ScriptPatience)
	ctx := context.Background()
	text, err := store.Get(ctx, item)
	if err != nil {
		return err
	}
	token, ok := cached.Decode(text.Reveal(), item.Key())
	if !ok {
		return fmt.Errorf("%s holds no token", item.Key())
	}
	for _, moment := range []*int64{&token.FetchedAt, &token.RenewAt, &token.ExpiresAt} {
		*moment -= seconds
	}
	return store.Put(ctx, item, apitok.NewSecret(token.Encode(item.Key())))
}
