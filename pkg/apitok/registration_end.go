package apitok

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// byHolder is why a credential is disabled that its holder disabled.
const byHolder = byCommand + "the holder of its registration access token"

// Disable stops a delegated credential at once. Only an administrator can enable it
// again; until then its registration access token does not hold either.
func (d *Delegate) Disable(ctx context.Context, ref Ref, dryRun bool) (result Result, err error) {
	err = d.alone(ctx, ref, func() error {
		result, err = d.disable(ctx, ref, dryRun)
		return err
	})
	return result, err
}

func (d *Delegate) disable(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	kept, err := d.recallDelegated(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	c, err := d.see(ctx, ref, kept)
	if NotFound.Is(err) {
		return d.stoppedAlready(ctx, ref, kept)
	}
	if err != nil {
		return Result{}, err
	}
	result := Result{Credential: c, Changes: []string{"disable client " + c.ClientID}}
	if dryRun {
		return result, nil
	}
	enabled, now := false, d.Now()
	next, err := d.Registration.Change(ctx, c.ClientID, NewSecret(kept.Delegated.Token), RegistrationChange{Enabled: &enabled,
		Attributes: map[string]string{attrDisabledAt: encodeTime(now), attrDisabledWhy: byHolder}})
	if err != nil && !NotFound.Is(err) {
		return Result{}, err
	}
	if failed := d.keepNext(ctx, ref, kept, next); failed != nil {
		return Result{}, failed
	}
	if err != nil {
		// The network may have sent it twice.
		if _, err := d.stoppedAlready(ctx, ref, kept); err != nil {
			return Result{}, err
		}
	}
	result.Done, result.Credential.State = true, Disabled
	result.Credential.DisabledAt, result.Credential.DisabledBecause = now, byHolder
	return result, d.dropTokens(ctx, c.ClientID)
}

// stoppedAlready is the answer where the server does not take the registration access
// token: nothing is to be done if it knows no enabled client of that id.
func (d *Delegate) stoppedAlready(ctx context.Context, ref Ref, kept held) (Result, error) {
	if _, err := d.fetch(ctx, ref.ClientID(), NewSecret(kept.Secret), nil); !isUnknownClient(err) {
		return Result{}, d.refused(ctx, ref, kept)
	}
	c := kept.credential(ref)
	c.State = Disabled
	return Result{Credential: c}, d.dropTokens(ctx, ref.ClientID())
}

// Revoke deletes a delegated credential for good, here and on the server, and drops what
// this machine holds of one that is gone from the server. Denied where the server does not
// take the registration access token and the client is not known to be gone; then nothing
// is dropped.
func (d *Delegate) Revoke(ctx context.Context, ref Ref, dryRun bool) (result Result, err error) {
	err = d.alone(ctx, ref, func() error {
		result, err = d.revoke(ctx, ref, dryRun)
		return err
	})
	return result, err
}

func (d *Delegate) revoke(ctx context.Context, ref Ref, dryRun bool) (Result, error) {
	kept, err := d.recallDelegated(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	result := Result{Changes: []string{"drop its secret and cached tokens from this machine"}}
	result.Credential, err = d.see(ctx, ref, kept)
	gone := NotFound.Is(err)
	if gone {
		err = d.mustBeGone(ctx, ref, kept)
	} else {
		result.Changes = append([]string{"delete client " + ref.ClientID()}, result.Changes...)
	}
	if err != nil || dryRun {
		return result, err
	}
	if !gone {
		err = d.Registration.Delete(ctx, ref.ClientID(), NewSecret(kept.Delegated.Token))
	}
	if NotFound.Is(err) {
		// The network may have sent it twice.
		err = d.mustBeGone(ctx, ref, kept)
	}
	if err != nil {
		return Result{}, err
	}
	result.Done = true
	return result, d.drop(ctx, ref.ClientID())
}

// mustBeGone returns an error unless the server says that there is no such client.
func (d *Delegate) mustBeGone(ctx context.Context, ref Ref, kept held) error {
	gone, err := d.isGone(ctx, ref.ClientID())
	if err != nil || gone {
		return err
	}
	return d.refused(ctx, ref, kept)
}

// noSuchClient is what Keycloak's page for browsers says of a client id that it does not
// know (clientNotFoundMessage of its theme). Of a disabled client it says another thing,
// whereas the token endpoint and client registration refuse both in the same words.
const noSuchClient = "Client not found."

// maxPage bounds what is read of a page, in bytes.
const maxPage = 1 << 20

// isGone tells whether the server says of a client id that it does not know it. A page in
// other words, such as a theme's own, says nothing.
func (d *Delegate) isGone(ctx context.Context, clientID string) (bool, error) {
	address := d.Realm.endpoint("auth") + "?" + url.Values{"client_id": {clientID}, "ui_locales": {"en"}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Accept-Language", "en")
	resp, err := d.HTTP.Do(req)
	if err != nil {
		return false, NetworkError(d.Realm.Server, err)
	}
	page, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return false, NetworkError(d.Realm.Server, err)
	}
	return resp.StatusCode == http.StatusBadRequest && strings.Contains(string(page), noSuchClient), nil
}
