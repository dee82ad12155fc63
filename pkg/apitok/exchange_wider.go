package apitok

import (
	"maps"
	"slices"
	"strings"

	"github.com/apitok/apitok/pkg/grant"
)

// alsoFor are those whom the token is for besides those asked for; where none was, besides
// those whom the subject token was for.
func (x *exchange) alsoFor(claims *exchangeClaims) []string {
	wanted := x.wantedAudiences()
	if len(wanted) == 0 && x.subject == nil {
		return nil
	}
	return besides(slices.AppendSeq(slices.Clone(claims.Audience), maps.Keys(claims.Roles)), func(client string) bool {
		return slices.Contains(wanted, client) || len(wanted) == 0 && x.subject.isFor(client)
	})
}

// isFor tells whether a token is for a client, or has roles of it.
func (c *exchangeClaims) isFor(client string) bool {
	_, roles := c.Roles[client]
	return roles || slices.Contains(c.Audience, client)
}

// alsoScopes are the scopes besides those asked for that the subject token has not. Of a
// scope that carries an audience, the claim aud tells whether it does.
func (x *exchange) alsoScopes(claims *exchangeClaims, got grant.Token) []string {
	if x.subject == nil || x.Requested == IDToken {
		return nil
	}
	may := slices.Concat(x.scopes(), strings.Fields(x.subject.Scope))
	return besides(claims.granted(got), func(scope string) bool {
		return slices.Contains(may, scope) || strings.HasPrefix(scope, scopePrefix)
	})
}

// besides returns in quotes what of a list was not wanted.
func besides(list []string, wanted func(string) bool) (also []string) {
	for _, one := range list {
		if !wanted(one) {
			also = append(also, quote(one))
		}
	}
	return sorted(also)
}

// notWider: the token is for nobody, and has no scope, that was not asked for. Where that
// is allowed, it is told.
func (x *exchange) notWider(token string, audiences, scopes []string) error {
	var also, hints []string
	if len(audiences) > 0 {
		also, hints = append(also, "is also for "+strings.Join(audiences, ", ")), append(hints, x.howNarrower())
	}
	if len(scopes) > 0 {
		also = append(also, "also has the scope "+strings.Join(scopes, ", "))
		hints = append(hints, "tokens of "+x.client+" have a scope that the subject token has not: ask for it with --scope")
	}
	message := token + " " + strings.Join(also, " and ") + ", which was not asked for"
	switch {
	case len(also) == 0:
		return nil
	case x.AllowWider:
		x.h.Note("warning: " + message)
		return nil
	case x.mayAllow:
		hints = append(hints, "--allow-wider takes it as it is")
	}
	return wrongToken(message, strings.Join(hints, "; "))
}

func (x *exchange) howNarrower() string {
	switch {
	case x.Requested == SAML2:
		return "a mapper or setting of the SAML client adds audiences"
	case len(x.wantedAudiences()) == 0:
		return "what the subject token is not for has to be asked for by name: --audience"
	case x.via == Standard:
		return "a mapper of " + x.client + " adds it"
	}
	return "this way narrows no token: leave --audience away, and exchange what it gives once more, by the standard exchange, which does"
}
