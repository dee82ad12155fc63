package apitok

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// apply returns the credential as it is to be, and what that changes of its client
// besides the record.
func (req EditRequest) apply(c Credential) (Credential, ClientChange) {
	change := ClientChange{Description: req.Description, TokenLifetime: req.TokenLifetime}
	set(&c.AllowAdmin, req.AllowAdmin)
	set(&c.Identity, req.Identity)
	set(&c.AuthorizedParty, req.AuthorizedParty)
	set(&c.Allow, req.Allow)
	set(&c.ExpiresAt, req.ExpiresAt)
	set(&c.Audiences, req.Audiences)
	set(&c.OptionalAudiences, req.OptionalAudiences)
	if req.Roles != nil {
		c.Roles, c.RoleList, c.Except = *req.Roles, req.RoleList, req.Except
	}
	return c, change
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// rules are those that what is changed is held to.
func (req EditRequest) rules() rules {
	return rules{roles: req.Roles != nil, audiences: req.Audiences != nil || req.OptionalAudiences != nil,
		identity: req.Identity != nil || req.AuthorizedParty != nil, group: req.Group}
}

// words says what changes of the record and the client's own settings.
func (req EditRequest) words(c Credential, record Record) []string {
	var list []string
	for _, field := range []struct{ name, before, after string }{
		{"description", c.Description, deref(req.Description, c.Description)},
		{"roles", rolesWords(c.Record), rolesWords(record)},
		{"group", c.Group.Path, record.Group.Path},
		{"audiences", strings.Join(c.Audiences, " "), strings.Join(record.Audiences, " ")},
		{"optional audiences", strings.Join(c.OptionalAudiences, " "), strings.Join(record.OptionalAudiences, " ")},
		{"identity", string(c.Identity), string(record.Identity)},
		{"authorized party", c.AuthorizedParty, record.AuthorizedParty},
		{"what is allowed", strings.Join(c.Allow, " "), strings.Join(record.Allow, " ")},
		{"expires", cmp.Or(encodeTime(c.ExpiresAt), "never"), cmp.Or(encodeTime(record.ExpiresAt), "never")},
		{"token lifetime", lifetimeWords(c.client.TokenLifetime), lifetimeWords(deref(req.TokenLifetime, c.client.TokenLifetime))},
	} {
		if field.before != field.after {
			list = append(list, "change "+field.name+" from "+quote(field.before)+" to "+quote(field.after))
		}
	}
	return list
}

func deref[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

func rolesWords(r Record) string {
	words := slices.Concat([]string{string(r.Roles)}, r.RoleList)
	for _, role := range r.Except {
		words = append(words, "except "+role)
	}
	if r.AllowAdmin {
		words = append(words, "with administrative roles")
	}
	return strings.Join(words, " ")
}

func lifetimeWords(d time.Duration) string {
	if d == 0 {
		return "as the realm says"
	}
	return d.String()
}
