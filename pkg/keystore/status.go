package keystore

import (
	"context"

	"github.com/apitok/apitok/pkg/apitok"
)

// A PlaceStatus is what there is to know of a place without opening anything in it.
type PlaceStatus struct {
	Kind Kind
	// Secrets and Tokens tell that these go there now.
	Secrets, Tokens bool
	// Problem is why the place does not answer, or why what is kept there cannot be
	// counted; nil if neither.
	Problem error
	// Count is how many items are kept there, by what they are.
	Count map[apitok.ItemKind]int
}

// Status looks at the places that are in use, and those that something was left in.
func (s *Store) Status(ctx context.Context) ([]PlaceStatus, error) {
	var all []PlaceStatus
	for _, kind := range append(Places(), Env, None) {
		shelf, err := s.options.shelf(kind)
		if err != nil {
			return nil, err
		}
		status := PlaceStatus{Kind: kind, Secrets: s.secrets.kind == kind, Tokens: s.tokens != nil && s.tokens.kind == kind, Count: map[apitok.ItemKind]int{}}
		entries, broken := shelf.index.read()
		if len(entries) == 0 && broken == nil && !status.Secrets && !status.Tokens {
			continue
		}
		for _, e := range entries {
			if !e.Unsure {
				status.Count[e.Kind]++
			}
		}
		if status.Problem = broken; broken == nil {
			status.Problem = shelf.place.ready(ctx)
		}
		all = append(all, status)
	}
	return all, nil
}
