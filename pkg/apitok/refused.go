package apitok

import "context"

// Refused drops the cached token of a request, so that the next one is new: a server
// did not take it. If the token that it did not take is named and is another, nothing
// is dropped.
func (h *Holder) Refused(ctx context.Context, req TokenRequest, refused Secret) error {
	if h.Store == nil {
		return nil
	}
	q := h.query(req)
	token, err := h.lookUp(ctx, q)
	if err != nil || !refused.IsZero() && refused != token.AccessToken {
		return err
	}
	if err := h.Store.Delete(ctx, q.item); err != nil && !NotFound.Is(err) {
		return err
	}
	return nil
}
