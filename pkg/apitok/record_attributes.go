package apitok

import (
	"cmp"
	"encoding/json"
	"time"
)

// recordVersion is the version of the record's form. A newer one is not read, so
// that an old apitok does not change what it does not understand.
const recordVersion = "1"

// The attributes of a client that hold the record.
const (
	attrVersion     = "apitok.version"
	attrOwnerID     = "apitok.owner.id"
	attrOwner       = "apitok.owner"
	attrName        = "apitok.name"
	attrRoles       = "apitok.roles"
	attrRoleList    = "apitok.roles.list"
	attrExcept      = "apitok.roles.except"
	attrAllowAdmin  = "apitok.roles.admin"
	attrGroupID     = "apitok.group.id"
	attrGroup       = "apitok.group"
	attrAudiences   = "apitok.audiences"
	attrOptional    = "apitok.audiences.optional"
	attrIdentity    = "apitok.identity"
	attrAZP         = "apitok.azp"
	attrAllow       = "apitok.allow"
	attrExpires     = "apitok.expires_at"
	attrCreatedAt   = "apitok.created_at"
	attrCreatedBy   = "apitok.created_by"
	attrDisabledAt  = "apitok.disabled_at"
	attrDisabledWhy = "apitok.disabled_because"
)

// Attributes returns the record as client attributes. An empty one takes what was
// there away.
func (r Record) Attributes() map[string]string {
	admin := ""
	if r.AllowAdmin {
		admin = "true"
	}
	return map[string]string{
		attrVersion:     recordVersion,
		attrOwnerID:     r.Owner.ID,
		attrOwner:       r.Owner.Username,
		attrName:        r.Name,
		attrRoles:       string(r.Roles),
		attrRoleList:    encodeList(r.RoleList),
		attrExcept:      encodeList(r.Except),
		attrAllowAdmin:  admin,
		attrGroupID:     r.Group.ID,
		attrGroup:       r.Group.Path,
		attrAudiences:   encodeList(r.Audiences),
		attrOptional:    encodeList(r.OptionalAudiences),
		attrIdentity:    string(r.Identity),
		attrAZP:         r.AuthorizedParty,
		attrAllow:       encodeList(r.Allow),
		attrExpires:     encodeTime(r.ExpiresAt),
		attrCreatedAt:   encodeTime(r.CreatedAt),
		attrCreatedBy:   r.CreatedBy,
		attrDisabledAt:  encodeTime(r.DisabledAt),
		attrDisabledWhy: r.DisabledBecause,
	}
}

// readRecord reads a record; ok is false where there is none that this version
// can read. What cannot be read in one field is left zero, since people can edit
// attributes by hand; without a policy the credential has no role.
func readRecord(attrs map[string]string) (r Record, ok bool) {
	owner := Owner{ID: attrs[attrOwnerID], Username: attrs[attrOwner]}
	if attrs[attrVersion] != recordVersion || owner.ID == "" && !owner.isLabel() || attrs[attrName] == "" {
		return Record{}, false
	}
	return Record{
		Owner:             owner,
		Name:              attrs[attrName],
		Roles:             RolePolicy(cmp.Or(attrs[attrRoles], string(Subset))),
		RoleList:          decodeList(attrs[attrRoleList]),
		Except:            decodeList(attrs[attrExcept]),
		AllowAdmin:        attrs[attrAllowAdmin] == "true",
		Group:             Group{ID: attrs[attrGroupID], Path: attrs[attrGroup]},
		Audiences:         decodeList(attrs[attrAudiences]),
		OptionalAudiences: decodeList(attrs[attrOptional]),
		Identity:          Identity(cmp.Or(attrs[attrIdentity], string(AsServiceAccount))),
		AuthorizedParty:   attrs[attrAZP],
		Allow:             decodeList(attrs[attrAllow]),
		ExpiresAt:         decodeTime(attrs[attrExpires]),
		CreatedAt:         decodeTime(attrs[attrCreatedAt]),
		CreatedBy:         attrs[attrCreatedBy],
		DisabledAt:        decodeTime(attrs[attrDisabledAt]),
		DisabledBecause:   attrs[attrDisabledWhy],
	}, true
}

func encodeTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func decodeTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

func encodeList(list []string) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "" // a list of texts always encodes
	}
	return string(b)
}

func decodeList(text string) []string {
	var list []string
	if json.Unmarshal([]byte(text), &list) != nil {
		return nil
	}
	return list
}
