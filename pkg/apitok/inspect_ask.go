package apitok

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/apitok/apitok/pkg/grant"
)

// introspect asks the server about a token (RFC 7662).
func (h *Holder) introspect(ctx context.Context, req InspectRequest, token *Inspected) error {
	clientID, secret, err := h.asker(ctx, req, token)
	if err != nil {
		return err
	}
	endpoint := grant.Endpoint{URL: h.Realm.TokenURL(), HTTP: h.HTTP, Now: h.Now, Auth: grant.ClientSecretBasic{ClientID: clientID, Secret: secret}}
	said, err := endpoint.Introspect(ctx, h.Realm.endpoint("token/introspect"), req.Token)
	if err != nil {
		return tokenError(h.Realm, clientID, err)
	}
	token.Introspection = &Introspected{ClientID: clientID, Active: said.Active, Claims: said.Claims}
	if !said.Active {
		because := token.inactiveTo(clientID)
		token.Introspection.Because = because
		token.problem("introspection", "the server calls it inactive to "+clientID+": "+because, "")
	}
	return nil
}

// asker returns the client that asks about a token, and its secret.
func (h *Holder) asker(ctx context.Context, req InspectRequest, token *Inspected) (clientID string, secret Secret, err error) {
	if req.ClientID != "" {
		return req.ClientID, req.Secret, nil
	}
	ref := req.As
	if ref == (Ref{}) {
		var ours bool
		if ref, ours = token.Credential(); !ours {
			return "", Secret{}, &Error{Kind: Usage, Message: "nobody is named who could ask the server about the token",
				Hint: "name a credential of this machine with --as, or set APITOK_CLIENT_ID and APITOK_CLIENT_SECRET"}
		}
	}
	if personal, err := h.HoldsKey(ctx, ref); err != nil || personal {
		return "", Secret{}, cmp.Or(err, error(&Error{Kind: Usage, Message: "the personal key " + ref.String() + " cannot ask the server about tokens: its client has no secret",
			Hint: "name a credential of this machine with --as"}))
	}
	kept, err := h.recall(ctx, ref)
	if NotFound.Is(err) && req.As == (Ref{}) {
		AsError(err).Hint = "name a credential that it holds with --as, or set APITOK_CLIENT_ID and APITOK_CLIENT_SECRET"
	}
	return ref.ClientID(), NewSecret(kept.Secret), err
}

// inactiveTo says why the server may have called a token inactive. Keycloak does so to
// every client that is not in the audience, since some 26.x, and does not say why.
func (t *Inspected) inactiveTo(clientID string) string {
	switch {
	case len(t.Problems) > 0:
		return t.Problems[0].Detail
	case t.forServer():
		return "to every client, whether it holds or not, for it is for the server alone"
	case t.Form == SignedForm && !slices.Contains(t.Audience, clientID) && !t.Lightweight:
		return "that client is not in the token's audience; to one that is, the token may be active"
	case t.Form == SignedForm && !slices.Contains(t.Audience, clientID):
		return "that client is not in the token's audience, which a lightweight token need not tell, or the token was ended"
	}
	return "it was ended: revoked, or its session, its client or its user was"
}

// userInfo asks the server whom a token is about.
func (h *Holder) userInfo(ctx context.Context, secret Secret, token *Inspected) error {
	said, err := grant.UserInfo(ctx, h.HTTP, h.Realm.endpoint("userinfo"), secret)
	var refusal *grant.Error
	switch {
	case err == nil:
		token.UserInfo = said
		if sub := members(said).text("sub"); token.Subject != "" && sub != token.Subject {
			token.problem(userInfoCheck, "userinfo says that it is about "+quote(sub), "")
		}
		return nil
	case !errors.As(err, &refusal), refusal.Busy(), refusal.Status == http.StatusNotFound:
		return tokenError(h.Realm, token.ClientID, err)
	case refusal.Code == "insufficient_scope":
		token.problem(userInfoCheck, "userinfo tells nothing for a token without the scope openid", "ask for one with --scope openid")
		return nil
	}
	token.problem(userInfoCheck, "userinfo refuses it: "+cmp.Or(refusal.Description, refusal.Error()), "")
	return nil
}
