package apitok

import (
	"context"
	"slices"
	"strings"
)

// What a credential can be allowed to ask for besides tokens of its own: see [Record].
const (
	// AllowExchange: other tokens for tokens of users, by the standard token exchange.
	AllowExchange = "exchange"
	// AllowExchangeRefresh: refresh tokens too, which belong to the user's session.
	AllowExchangeRefresh = "exchange-refresh"
	// AllowJWTGrant, with the alias of an identity provider behind it: tokens for that
	// provider's JWTs, by the JWT authorization grant.
	AllowJWTGrant = "jwt-grant:"
)

// ownTokensAlone refuses to allow a delegated credential anything: its holder must not get
// at tokens of others. Kind Denied.
func ownTokensAlone(ref Ref, may []string, hint string) error {
	if len(may) == 0 {
		return nil
	}
	return &Error{Kind: Denied, Message: "a delegated credential may ask for no tokens but its own, and " + ref.String() + " for " + strings.Join(may, ", "),
		Hint: hint}
}

// The attributes by which Keycloak lets a client ask for other tokens than its own.
const (
	AttrStandardExchange  = "standard.token.exchange.enabled"
	AttrJWTGrant          = "oauth2.jwt.authorization.grant.enabled"
	AttrJWTGrantProviders = "oauth2.jwt.authorization.grant.idp"
	// ListMark stands between the values of an attribute that has several.
	ListMark = "##"
)

// allowed refuses to allow what there is not: kind Usage.
func (plan *recordPlan) allowed(context.Context, *atlas) error {
	for _, name := range plan.record.Allow {
		alias, grants := strings.CutPrefix(name, AllowJWTGrant)
		if name != AllowExchange && name != AllowExchangeRefresh && (!grants || alias == "") {
			return &Error{Kind: Usage, Message: "nothing that can be allowed is called " + quote(name),
				Hint: "it is " + AllowExchange + ", " + AllowExchangeRefresh + " or " + AllowJWTGrant + " and the alias of an identity provider"}
		}
	}
	if slices.Contains(plan.record.Allow, AllowExchangeRefresh) && !slices.Contains(plan.record.Allow, AllowExchange) {
		return &Error{Kind: Usage, Message: AllowExchangeRefresh + " is nothing without " + AllowExchange, Hint: "allow both"}
	}
	return nil
}

// allow compares what the client may ask for besides tokens of its own with what the
// record allows. What setup let it use is setup's affair; its note may be of nothing.
func (p *comparison) allow(context.Context) error {
	client, has, may := p.c.client, p.c.client.Allowed, p.c.Allow
	set := func(names []string) func(context.Context) error {
		return func(ctx context.Context) error {
			return p.a.Directory.ChangeClient(ctx, client, ClientChange{Allowed: &names, Attributes: map[string]string{attrVersion: recordVersion}})
		}
	}
	if much := without(has, may, same); len(much) > 0 && slices.Contains([]string{"", "{}"}, client.Attributes[attrImpersonation]) {
		p.take(set(without(has, much, same)), "allow client "+client.ClientID+" no longer "+strings.Join(much, ", "))
	}
	if few := without(may, has, same); len(few) > 0 {
		p.give(set(slices.Concat(has, few)), allowWords(client.ClientID, few))
	}
	return nil
}

func allowWords(clientID string, names []string) string {
	return "allow client " + clientID + " " + strings.Join(names, ", ")
}
