package keystore

import (
	"time"

	"github.com/apitok/apitok/pkg/secretservice"
)

// quick reads from the Secret Service in half the round trips that
// go-keyring takes.
func quick(key string, patience time.Duration) (string, error) {
	return secretservice.Get(secretservice.Address(), service, key, patience)
}
