package apitok

import (
	"context"
	"crypto/rand"
	"strings"
	"time"
)

// An ImpersonateRequest says whose token is wanted.
type ImpersonateRequest struct {
	// Ref names the credential that asks. It is not used when ClientID is set.
	Ref Ref
	// ClientID and Secret name a client that the caller knows the secret of.
	ClientID string
	Secret   Secret
	// Key is the client's key for the JWT grant, in PEM; empty for the one of the store.
	Key Secret
	// User is the username of whom to act as.
	User string
	// Via is the route; "" is the JWT grant where there is a key of the client for
	// it, and the exchange otherwise.
	Via ImpersonationRoute
	// Audiences are whom the token is for, and nobody else; none leaves it to the client.
	Audiences []string
	// Scopes are asked for.
	Scopes []string
	// Refresh asks for a refresh token too, with which to go on as the user.
	Refresh bool
	// AllowAdmin lets the user be an administrator or a service account.
	AllowAdmin bool
	// Reason is what it is for, in the words of who does it.
	Reason string
}

// client is the id of the client that asks.
func (req ImpersonateRequest) client() string {
	if req.ClientID != "" {
		return req.ClientID
	}
	return req.Ref.ClientID()
}

// check refuses what no server has to be asked about.
func (req ImpersonateRequest) check() error {
	switch {
	case req.User == "":
		return &Error{Kind: Usage, Message: "it is not said whom to act as"}
	case strings.HasPrefix(strings.ToLower(req.User), ServiceAccountPrefix) && !req.AllowAdmin:
		return &Error{Kind: Denied, Message: quote(req.User) + " is a service account, which has a secret of its own", Hint: "--allow-admin goes on all the same"}
	case req.Refresh && len(req.Audiences) > 0:
		return &Error{Kind: Usage, Message: "a refresh token is not bound to an audience", Hint: "leave --refresh or --audience away"}
	case req.Refresh && req.Via == ByJWTGrant:
		return &Error{Kind: Usage, Message: "the JWT authorization grant gives no refresh token", Hint: "ask anew when the token has ended: it takes no person"}
	}
	return nil
}

// An Impersonated is a token of a user who need not be there.
type Impersonated struct {
	// Exchanged is the token; its Via is how it was exchanged last.
	Exchanged
	// By is the route by which the client acts as the user.
	By ImpersonationRoute
	// Narrowed tells that the token was traded for one that is for the audiences alone.
	Narrowed bool
}

// A Ledger is where this machine writes down who acted as whom.
type Ledger interface {
	// Write adds an entry, and has it on the disk when it returns nil.
	Write(use Impersonation) error
	// Uses returns those since then, the oldest first, each once as it ended.
	Uses(since time.Time) ([]Impersonation, error)
}

// Impersonate gives a token of a user, who need not be there. Before the server is asked it
// is written down in the ledger, and again how it ended; what cannot be written down is not
// done. Nothing is cached.
//
// The token is looked at: it has to be about that user, given to the client that asks, and
// for no other audience than was asked for, or else it is CheckFailed and there is none.
// Denied when the client was not given that user, or the user turns out to be an
// administrator, or cannot be told from one: the token is revoked then. Otherwise the errors are those of
// [Holder.Exchange].
func (h *Holder) Impersonate(ctx context.Context, req ImpersonateRequest, ledger Ledger) (Impersonated, error) {
	if err := req.check(); err != nil {
		return Impersonated{}, err
	}
	use := Impersonation{
		ID: rand.Text(), At: h.Now().UTC(), Client: req.client(), Realm: h.Realm, User: req.User, Via: req.Via,
		Audiences: req.Audiences, Scopes: req.Scopes, Reason: req.Reason, Outcome: Begun,
	}
	if err := ledger.Write(use); err != nil {
		return Impersonated{}, err
	}
	i := &impersonating{h: h, req: req}
	got, err := i.token(ctx)
	use.Via, use.Outcome, use.TokenIDs = i.via, Given, i.ids
	if err != nil {
		use.Outcome, use.Error = Refused, err.Error()
	}
	if failed := ledger.Write(use); failed != nil && err == nil {
		err = takeBack(ctx, failed, i.revoke)
	}
	if err != nil {
		return Impersonated{}, err
	}
	return Impersonated{got, i.via, len(req.Audiences) > 0}, nil
}
