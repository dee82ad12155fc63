package apitok

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// scopePrefix begins the name of the client scope that carries an audience.
const scopePrefix = "aud-"

// An Audience is a value of the aud claim (RFC 7519 section 4.1.3).
type Audience struct {
	// Value is what stands in the token.
	Value string
	// IsClient tells that it is the id of a client of the realm.
	IsClient bool
}

// A ClientScope is a client scope of the realm.
type ClientScope struct {
	// ID is Keycloak's own id of it.
	ID, Name string
	// Audiences are the audiences that it puts into access tokens.
	Audiences []string
	// Claims are the names of the other claims that it writes.
	Claims []string
	// MadeBySetup tells that setup made it.
	MadeBySetup bool
}

// Scope returns the name of the client scope that carries the audience. Scope
// names hold no spaces and no characters outside ASCII (RFC 6749 section 3.3),
// so others are percent-encoded.
func (a Audience) Scope() string { return audienceScope(a.Value) }

func audienceScope(value string) string {
	encoded := url.PathEscape(value)
	// These may stand in a scope as they are, and URLs read better with them.
	return scopePrefix + strings.NewReplacer("%2F", "/", "%3A", ":").Replace(encoded)
}

// audiencesNamed are audiences of which only the scope counts.
func audiencesNamed(values []string) []Audience {
	audiences := make([]Audience, len(values))
	for i, value := range values {
		audiences[i] = Audience{Value: value}
	}
	return audiences
}

// resolveAudiences finds out what each value names: a client of the realm, or
// else an absolute URI, which stands for itself.
func resolveAudiences(ctx context.Context, dir Directory, values []string) ([]Audience, error) {
	audiences := make([]Audience, 0, len(values))
	for _, value := range values {
		_, err := dir.ClientByID(ctx, value)
		switch {
		case err == nil:
			audiences = append(audiences, Audience{Value: value, IsClient: true})
		case !NotFound.Is(err):
			return nil, err
		case !isURI(value):
			return nil, &Error{Kind: NotFound, Message: "the realm has no client " + quote(value) + " to be an audience",
				Hint: "an audience is the id of a client of the realm, or a URI such as https://api.example.com"}
		default:
			audiences = append(audiences, Audience{Value: value})
		}
	}
	return audiences, nil
}

func isURI(value string) bool {
	u, err := url.Parse(value)
	return err == nil && u.IsAbs()
}

// missingScopes returns those audiences whose client scope is yet to be made.
// Conflict when a scope of that name carries something else.
func (m *atlas) missingScopes(ctx context.Context, audiences []Audience) ([]Audience, error) {
	var missing []Audience
	for _, audience := range audiences {
		scope, found, err := m.scope(ctx, audience.Scope())
		switch {
		case err != nil:
			return nil, err
		case !found:
			missing = append(missing, audience)
		case !slices.Contains(scope.Audiences, audience.Value):
			return nil, &Error{Kind: Conflict, Message: "the client scope " + quote(scope.Name) + " exists but does not carry the audience " + quote(audience.Value),
				Hint: "give it an audience mapper for that, or delete it so that apitok can make it"}
		}
	}
	return missing, nil
}

// makeScope makes the client scope of an audience.
func (m *atlas) makeScope(ctx context.Context, value string) error {
	audiences, err := resolveAudiences(ctx, m.dir, []string{value})
	if err != nil {
		return err
	}
	m.scopes = nil
	return m.dir.CreateAudienceScope(ctx, audiences[0])
}

func scopeWords(a Audience) string {
	return "make client scope " + a.Scope() + " for audience " + a.Value
}
