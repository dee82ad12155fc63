// Package secretservice reads one secret from the Secret Service of a Linux
// desktop (freedesktop.org's Secret Service API), in six round trips over D-Bus where
// a general client takes twelve. It changes nothing, starts nothing and asks
// nobody: what it does not get at once, such as the secret of a locked keyring, is
// for a general client to get.
//
// It imports nothing that costs a program's start, so that the quick answer of
// apitok token can use it before any other package is initialised.
package secretservice

import "errors"

// ErrNotFound tells that the keyring answered, is unlocked, and holds no such item.
var ErrNotFound = errors.New("the keyring has no such item")

// ErrNoAnswer tells that no Secret Service gave an answer that can be understood.
var ErrNoAnswer = errors.New("no secret service answers")
