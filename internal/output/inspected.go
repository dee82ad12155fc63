package output

import (
	"encoding/json"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
)

// An Inspected is the JSON of what a token says, and what holds of it. Its fields are a
// promise: they stay.
type Inspected struct {
	Holds      bool             `json:"holds"`
	Problems   []Problem        `json:"problems"`
	Form       apitok.TokenForm `json:"form"`
	Type       *string          `json:"type"`
	Signature  Signature        `json:"signature"`
	Issuer     *string          `json:"issuer"`
	Subject    *string          `json:"subject"`
	Username   *string          `json:"username"`
	Owner      *Owner           `json:"owner"`
	Credential *string          `json:"credential"`
	AZP        *string          `json:"azp"`
	Audiences  []string         `json:"audiences"`
	Scope      []string         `json:"scope"`
	Roles      []string         `json:"roles"`
	SessionID  *string          `json:"session_id"`
	TokenID    *string          `json:"token_id"`
	// Lightweight tells that introspection would tell more.
	Lightweight bool       `json:"lightweight"`
	IssuedAt    *time.Time `json:"issued_at"`
	NotBefore   *time.Time `json:"not_before"`
	ExpiresAt   *time.Time `json:"expires_at"`
	SignedInAt  *time.Time `json:"signed_in_at"`
	// Introspection and UserInfo are null unless asked for.
	Introspection *Introspection  `json:"introspection"`
	UserInfo      json.RawMessage `json:"userinfo"`
	Header        json.RawMessage `json:"header"`
	Claims        json.RawMessage `json:"claims"`
}

// A Problem is the JSON of what does not hold of a token.
type Problem struct {
	Check  string  `json:"check"`
	Detail string  `json:"detail"`
	Hint   *string `json:"hint"`
}

// A Signature is the JSON of how a token is signed.
type Signature struct {
	Status    apitok.SignatureStatus `json:"status"`
	Algorithm *string                `json:"alg"`
	KeyID     *string                `json:"kid"`
}

// An Introspection is the JSON of what the server says of a token.
type Introspection struct {
	ClientID string          `json:"client_id"`
	Active   bool            `json:"active"`
	Because  *string         `json:"because"`
	Answer   json.RawMessage `json:"answer"`
}

// InspectedOf returns the JSON of what a token says.
func InspectedOf(t apitok.Inspected) Inspected {
	i := Inspected{
		Holds: t.Holds(), Problems: []Problem{}, Form: t.Form, Type: OrNull(t.Type), Lightweight: t.Lightweight,
		Signature: Signature{Status: t.Signature, Algorithm: OrNull(t.Algorithm), KeyID: OrNull(t.KeyID)},
		Issuer:    OrNull(t.Issuer), Subject: OrNull(t.Subject), Username: OrNull(t.Username), AZP: OrNull(t.ClientID),
		Audiences: list(t.Audience), Scope: list(t.Scope), Roles: []string{}, SessionID: OrNull(t.SessionID), TokenID: OrNull(t.ID),
		IssuedAt: OrNull(t.IssuedAt.UTC()), NotBefore: OrNull(t.NotBefore.UTC()), ExpiresAt: OrNull(t.ExpiresAt.UTC()), SignedInAt: OrNull(t.SignedInAt.UTC()),
		UserInfo: t.UserInfo, Header: t.Header, Claims: t.Claims,
	}
	for _, p := range t.Problems {
		i.Problems = append(i.Problems, Problem{p.Check, p.Detail, OrNull(p.Hint)})
	}
	for _, role := range t.Roles {
		i.Roles = append(i.Roles, role.String())
	}
	if (t.Owner != apitok.Owner{}) {
		i.Owner = &Owner{ID: OrNull(t.Owner.ID), Username: t.Owner.Username}
	}
	if ref, ok := t.Credential(); ok {
		i.Credential = OrNull(ref.String())
	}
	if said := t.Introspection; said != nil {
		i.Introspection = &Introspection{ClientID: said.ClientID, Active: said.Active, Because: OrNull(said.Because), Answer: said.Claims}
	}
	return i
}
