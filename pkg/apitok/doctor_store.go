package apitok

import (
	"context"
	"strconv"
)

// store writes, reads and deletes in the store, and counts the secrets in it.
func (e *examination) store(ctx context.Context) []Finding {
	const name = "store"
	if err := e.Store.Probe(ctx); err != nil {
		return []Finding{failure(name, Wrong, err)}
	}
	items, err := e.Store.Items(ctx)
	if err != nil {
		return []Finding{failure(name, Wrong, err)}
	}
	secrets := 0
	for _, item := range items {
		if item.Kind == SecretItem {
			secrets++
		}
	}
	return []Finding{{Check: name, Status: Fine, Detail: e.Store.Name() + " was written, read and deleted; secrets of credentials in it: " + strconv.Itoa(secrets)}}
}
