package apitok

import "context"

// Refused drops the cached token of a request, so that the next one is new: a server
// did not take it. If the token that it did not take is named and is another, nothing
// is dropped.
func (h *Holder) Refused(ctx context.Context, req TokenRequest, refused Secret) error {
	if req.ClientID != "" {
		return nil // such tokens are not cached
	}
	item := tokenItem(h.Realm, req.Ref.ClientID(), req.Scopes, req.Audiences)
	token, found, err := h.cached(ctx, req.Ref, item, 0)
	if err != nil || !found || !refused.IsZero() && refused != token.AccessToken {
		return err
	}
	if err := h.Store.Delete(ctx, item); err != nil && !NotFound.Is(err) {
		return err
	}
	return nil
}
