package keycloak

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

// pages yields what a list below the realm's admin address holds, page by page; what
// and role are those of send.
func pages[T any](ctx context.Context, d *Directory, what, role string, path []string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for first := 0; ; first += pageSize {
			var page []T
			at := url.Values{"first": {strconv.Itoa(first)}, "max": {strconv.Itoa(pageSize)}}
			maps.Copy(at, query)
			if err := d.send(ctx, what, role, http.MethodGet, path, at, nil, &page); err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, one := range page {
				if !yield(one, nil) {
					return
				}
			}
			if len(page) < pageSize {
				return
			}
		}
	}
}
