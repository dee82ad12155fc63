package apitok

import (
	"context"
	"errors"
	"net/http"

	"github.com/apitok/apitok/pkg/jwks"
)

// MaxToken is the longest token that is looked at, in bytes.
const MaxToken = 1 << 20

// An InspectRequest says which token is to be looked at, and whom to ask about it.
type InspectRequest struct {
	Token Secret
	// Introspect asks the server whether the token is active, as the credential As, or
	// as the client ClientID with Secret. Without either it is asked as the credential
	// that the token was given to.
	Introspect bool
	As         Ref
	ClientID   string
	Secret     Secret
	// UserInfo asks the server whom the token is about.
	UserInfo bool
}

// A Problem is something that does not hold of a token.
type Problem struct {
	// Check says what does not hold: "signature", "issuer", "time", "claims",
	// "introspection" or "userinfo".
	Check string
	// Detail says why, in one line.
	Detail string
	// Hint says what to do; it may be empty.
	Hint string
}

const userInfoCheck = "userinfo"

// A SignatureStatus says what is known of a signature.
type SignatureStatus string

// The statuses of signatures.
const (
	// SignatureValid is by one of the realm's keys.
	SignatureValid SignatureStatus = "valid"
	// SignatureInvalid is not.
	SignatureInvalid SignatureStatus = "invalid"
	// SignatureUnchecked could not be found out about.
	SignatureUnchecked SignatureStatus = "unchecked"
)

// Inspect says what a token is and whether it holds: who issued it, by the keys that the
// realm publishes, and whether it is its time. A token is worth what the realm says of it:
// one that names another issuer is not taken at that word, and is sent to nobody. Without
// a realm nothing is asked and nothing holds.
//
// What does not hold is no error but among the problems of what is returned, also beside
// an error: Unavailable where the keys cannot be fetched, NotFound where the realm or the
// credential to ask as is missing, Denied where the server refuses the latter.
func (h *Holder) Inspect(ctx context.Context, req InspectRequest) (Inspected, error) {
	token := dissect(req.Token)
	token.judgeTime(h.Now())
	if !h.ours(&token) {
		return token, nil
	}
	var err error
	if token.Form == SignedForm {
		err = h.judgeSignature(ctx, req.Token, &token)
	}
	if err == nil && req.Introspect {
		err = h.introspect(ctx, req, &token)
	}
	if err == nil && req.UserInfo {
		err = h.userInfo(ctx, req.Token, &token)
	}
	if vouched := token.Introspection != nil && token.Introspection.Active; err == nil && token.Signature == SignatureUnchecked && !vouched {
		token.problem("signature", token.SignatureDetail, "")
	}
	return token, err
}

// ours tells whether the token is the realm's by what it says itself, and notes where it
// is not. What says nothing may be.
func (h *Holder) ours(token *Inspected) bool {
	switch {
	case h.Realm == Realm{}:
		token.unchecked("no realm is named whose keys could check it")
		token.problem("signature", token.SignatureDetail, "if you trust its issuer, name it with --server and --realm, or with a profile")
	case token.Issuer != h.Realm.Issuer() && (token.Issuer != "" || token.Form == SignedForm):
		token.unchecked("it is another issuer's")
		token.problem("issuer", "it names the issuer "+quote(token.Issuer)+", not "+h.Realm.Issuer(), "if you trust that issuer, name it with --server and --realm")
	default:
		return true
	}
	return false
}

func (h *Holder) judgeSignature(ctx context.Context, secret Secret, token *Inspected) error {
	err := jwks.Verify(ctx, h.HTTP, h.Realm.endpoint("certs"), secret.Reveal(), jwks.Header{Algorithm: token.Algorithm, KeyID: token.KeyID})
	var failed *jwks.FetchError
	switch {
	case err == nil:
		token.Signature = SignatureValid
	case errors.Is(err, jwks.ErrAlgorithm) && token.forServer():
		token.unchecked("it is for the server alone, which signed it with a secret of its own (" + token.Algorithm + ")")
	case errors.Is(err, jwks.ErrAlgorithm):
		token.invalid("it is not signed with a key of the realm: its algorithm is " + quote(token.Algorithm))
	case errors.Is(err, jwks.ErrUnknownKey):
		token.invalid("the realm has no key " + quote(token.KeyID) + ": that was taken away, or the token is not the realm's")
	case errors.Is(err, jwks.ErrSignature):
		token.invalid("the token was changed, or signed by someone else")
	case errors.As(err, &failed):
		token.unchecked("the keys of the realm cannot be fetched")
		return h.keysError(failed)
	default:
		return NetworkError(h.Realm.Server, err)
	}
	return nil
}

// keysError says in apitok's words why the keys could not be had.
func (h *Holder) keysError(failed *jwks.FetchError) *Error {
	switch {
	case failed.Err != nil:
		return NetworkError(h.Realm.Server, failed.Err)
	case failed.Status == http.StatusNotFound:
		return &Error{Kind: NotFound, Message: "there is no realm " + quote(h.Realm.Name) + " at " + h.Realm.Server}
	case failed.Status == http.StatusForbidden:
		return &Error{Kind: Denied, Message: "the server does not give the keys of realm " + quote(h.Realm.Name), Cause: failed, Hint: "the realm may be disabled"}
	}
	return &Error{Kind: Unavailable, Message: h.Realm.Server + " does not give the keys of realm " + quote(h.Realm.Name), Cause: failed, Hint: "try again"}
}

func (t *Inspected) unchecked(detail string) {
	t.Signature, t.SignatureDetail = SignatureUnchecked, detail
}

func (t *Inspected) invalid(detail string) {
	t.Signature, t.SignatureDetail = SignatureInvalid, detail
	t.problem("signature", detail, "")
}

func (t *Inspected) problem(check, detail, hint string) {
	t.Problems = append(t.Problems, Problem{check, detail, hint})
}
