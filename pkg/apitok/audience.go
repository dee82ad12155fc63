package apitok

import (
	"context"
	"net/url"
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

// Scope returns the name of the client scope that carries the audience. Scope
// names hold no spaces and no characters outside ASCII (RFC 6749 section 3.3),
// so others are percent-encoded.
func (a Audience) Scope() string { return audienceScope(a.Value) }

func audienceScope(value string) string {
	encoded := url.PathEscape(value)
	// These may stand in a scope as they are, and URLs read better with them.
	return scopePrefix + strings.NewReplacer("%2F", "/", "%3A", ":").Replace(encoded)
}

// resolveAudiences finds out what each value names: a client of the realm, or
// else an absolute URI, which stands for itself.
func resolveAudiences(ctx context.Context, dir Directory, values []string) ([]Audience, error) {
	audiences := make([]Audience, 0, len(values))
	for _, value := range sorted(values) {
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
func missingScopes(ctx context.Context, dir Directory, audiences []Audience) ([]Audience, error) {
	var missing []Audience
	for _, audience := range audiences {
		err := dir.AudienceScope(ctx, audience)
		if NotFound.Is(err) {
			missing = append(missing, audience)
		} else if err != nil {
			return nil, err
		}
	}
	return missing, nil
}
