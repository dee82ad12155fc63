package apitok

import "strings"

// standardCannot tells whether a description is what the standard exchange says of a
// request that is not for it, and that no legacy exchange took up.
func standardCannot(description string) bool {
	for _, says := range []string{
		"not supported for standard token exchange", "required for standard token exchange",
		"Standard token exchange is not enabled", "'subject_token' supports access tokens only",
	} {
		if strings.Contains(description, says) {
			return true
		}
	}
	return false
}

// closed is why neither exchange took the request.
func (x *exchange) closed() []exchangeRefusal {
	const noLegacy = "the server has no legacy token exchange, which alone "
	switch {
	case x.via == Standard:
		return []exchangeRefusal{
			{"is not enabled", Denied, "{client} may not exchange tokens", mayExchange},
			{"supports access tokens only", Failed, "the standard exchange takes access tokens of the realm and nothing else",
				"leave --subject-token-type away for an access token, or name the identity provider whose token it is with --subject-issuer"},
		}
	case x.RequestedIssuer != "":
		return []exchangeRefusal{{"", Failed, noLegacy + "gives the tokens that the realm keeps of identity providers",
			"{legacy}; users read their own, with the role read-token of the client broker, at broker/{issuer}/token of the realm"}}
	case x.RequestedSubject != "":
		return []exchangeRefusal{{"", Failed, noLegacy + "takes a requested subject", "apitok impersonate {user} --via jwt-grant does the same without it; or {legacy}"}}
	case x.Requested == SAML2:
		return []exchangeRefusal{{"", Failed, noLegacy + "gives SAML assertions", "{legacy}"}}
	case x.Requested == OfflineToken:
		return []exchangeRefusal{{"", Failed, noLegacy + "gives offline tokens",
			"{legacy}; where the user is there to sign in, apitok create --personal makes one without it"}}
	case x.SubjectIssuer != "" || x.foreign():
		return []exchangeRefusal{{"", Failed, noLegacy + "takes a token of {subject} as it is", "--via jwt-grant takes a JWT without it; or {legacy}"}}
	}
	return []exchangeRefusal{{"", Failed, "the server has no legacy token exchange", "leave --via legacy away, or {legacy}"}}
}

// notAllowed is which permission of the legacy exchange is missing. Keycloak does not say
// which of those that the request needs, and says the same of a user that is not there.
func (x *exchange) notAllowed() []exchangeRefusal {
	const v1 = ", which only permissions of version 1 have (--features=admin-fine-grained-authz:v1)"
	const setup = "apitok setup impersonation --for {clientid} --identity-provider "
	const gives = " --via exchange-v1 gives it the permission" + v1
	alias := "{subject}"
	if x.SubjectIssuer == "" {
		alias = "ALIAS"
	}
	forWhom := ""
	if len(x.Audiences) > 0 {
		forWhom = ", or not for {audience}"
	}
	switch {
	case x.RequestedSubject != "":
		return []exchangeRefusal{{"", Denied, "{client} may not act as {user}" + forWhom + ", or the user is not there or disabled",
			"apitok setup impersonation --for {clientid} --add --users {user} gives the right; apitok impersonate {user} --via jwt-grant does without the legacy exchange"}}
	case x.RequestedIssuer != "":
		return []exchangeRefusal{{"", Denied, "{client} may not have tokens of the identity provider {issuer}",
			setup + "{issuer}" + gives}}
	case x.SubjectIssuer != "" || x.foreign():
		return []exchangeRefusal{{"", Denied, "{client} may not exchange tokens of {subject}" + forWhom,
			setup + alias + gives + "; --via jwt-grant takes a JWT without it"}}
	}
	return []exchangeRefusal{{"", Denied, "{client} may not exchange tokens for {audience}",
		"the legacy exchange needs the permission token-exchange of that client" + v1 + "; the standard one needs none: " + mayExchange}}
}

// brokeOn is on what the legacy exchange breaks.
func (x *exchange) brokeOn() []exchangeRefusal {
	if x.Subject.IsZero() {
		return []exchangeRefusal{{"", Failed, "the server broke on an exchange without a subject token",
			"it does so unless its permissions are of version 1 (--features=admin-fine-grained-authz:v1); " +
				"with {client}'s own token as the subject token it works: --subject {client}"}}
	}
	return []exchangeRefusal{{"", Failed, "the server broke on the exchange", "it does so on a token that is not what --subject-token-type says"}}
}

// exchangeRefusals are those that do not depend on what was asked.
func exchangeRefusals() []exchangeRefusal {
	return []exchangeRefusal{
		{"Client is not within the token audience", Denied, "the subject token is not for {client}",
			"the client that got it has to put {clientid} into its aud: apitok edit --audience {clientid}, or an audience mapper"},
		{"Requested audience not available", Denied, "no token of {client} for this user is for {audience}",
			"{edit} --optional-audience makes it so, or the user needs a role of that client; " +
				"where the server has the legacy exchange, --via legacy asks for a permission instead"},
		{"Audience not found", NotFound, "the realm has no client {audience}", ""},
		{"Client disabled", Denied, "the client {audience} is disabled", ""},
		{"Client requires user consent", Denied, "users must consent to {audience}, which the legacy exchange cannot have them do", ""},
		{"assertion consumer url", Failed, "{audience} is no SAML client that assertions can be made for",
			"it needs an assertion consumer address (POST) and a URL name for sign-ins that the identity provider begins"},
		{"requested_token_type unsupported", Denied, "{client} gets no such token by this exchange",
			"refresh tokens need {edit} --allow exchange-refresh; ID tokens need the standard exchange"},
		{"creating a new session is needed", Failed, "there is no refresh token for this subject token",
			"it belongs to no session: it is a service account's, or came of an offline token"},
		{"Scope offline_access not allowed", Failed, "the standard exchange gives no offline token", "leave the scope offline_access away"},
		{"must be access token", Failed, "the legacy exchange takes no such token of the realm", "it takes access tokens, and tokens of the identity provider that --subject-issuer names"},
		{"Invalid token", Denied, "the server refused the subject token",
			"it may have ended, its session may be over, or it is no access token of this realm"},
		{"invalid token", Denied, "the identity provider {subject} does not know the subject token",
			"the realm asks the provider about it, which wants the scope openid in an access token"},
		{"User already exists", Conflict, "a user of the realm who is not linked to {subject} has the same name or address", "link the two, if they are the same"},
		{"Invalid issuer", NotFound, "the realm has no identity provider {issuer}", "write its alias"},
		{"Invalid subject_issuer", NotFound, "the realm has no identity provider {subject}", "write its alias with --subject-issuer"},
		{"does not support token exchange", Failed, "the identity provider {issuer} gives out no tokens", ""},
		{"is not linked", Denied, "the user has no account at the identity provider {issuer}, or the realm keeps no token of it",
			"the user links it in the account console; the identity provider has to have Store tokens on"},
		{"not present in the initial access token", Denied, "a policy of the realm forbids scopes that the subject token has not", "leave --scope away"},
	}
}

func jwtGrantRefusals() []exchangeRefusal {
	return []exchangeRefusal{
		{"not supported for the requested client", Denied, "{client} may not use the JWT authorization grant", "{edit} --allow jwt-grant:ALIAS switches it on for an identity provider"},
		{"not allowed for the client", Denied, "{client} may not use the JWT authorization grant with {subject}", "{edit} --allow jwt-grant:ALIAS switches it on for an identity provider"},
		{"No Identity Provider", NotFound, "the realm has no identity provider with the issuer {subject}", "it needs one that knows the issuer and its keys, with JWT authorization grant on"},
		{"not configured for JWT", Denied, "the identity provider of {subject} does not take JWT authorization grants", "switch JWT authorization grant on in the identity provider"},
		{"User not found", NotFound, "no user of the realm is linked to the one that the JWT is about", "link one to the identity provider, by the sub of the JWT"},
		{"Token reuse", Denied, "the JWT was used before: each counts once", "get a new one, or allow reuse in the identity provider"},
		{"not a valid JWT", Usage, "the subject token is no JWT", "the JWT authorization grant takes nothing else"},
		{"Invalid signature", Denied, "the JWT is not signed with a key of the identity provider", ""},
		{"udience", Denied, "the JWT is not for this realm", "its aud has to be the realm's issuer or token endpoint, and nothing else"},
		{"too far in the past", Denied, "the JWT was made too long ago", "by default it counts for 5 minutes; the identity provider sets another limit"},
		{"in the future", Denied, "the JWT was made later than the server's clock says", "the clocks of the two differ"},
		{"not active", Denied, "the JWT has ended, or does not hold yet", ""},
		{"laim", Denied, "the JWT lacks a claim", "it needs iss, sub, aud, exp and jti"},
		{"not enabled", Denied, "the user that the JWT is about is disabled", ""},
		{"not fully set up", Denied, "the user that the JWT is about has something to do at the next sign-in", "take the required action away, or have the user sign in"},
	}
}
