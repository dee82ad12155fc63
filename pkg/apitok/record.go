package apitok

import (
	"encoding/json"
	"time"
)

// recordVersion is the version of the record's form. A newer one is not read, so
// that an old apitok does not change what it does not understand.
const recordVersion = "1"

// The attributes of a client that hold the record.
const (
	attrVersion   = "apitok.version"
	attrOwnerID   = "apitok.owner.id"
	attrOwner     = "apitok.owner"
	attrName      = "apitok.name"
	attrRoles     = "apitok.roles"
	attrRoleList  = "apitok.roles.list"
	attrAudiences = "apitok.audiences"
	attrExpires   = "apitok.expires_at"
	attrCreatedAt = "apitok.created_at"
	attrCreatedBy = "apitok.created_by"
)

// A RolePolicy says which of the owner's roles a credential has.
type RolePolicy string

// The role policies.
const (
	// Mirror gives what the owner has.
	Mirror RolePolicy = "mirror"
	// Subset gives the named ones of the owner's roles, perhaps none.
	Subset RolePolicy = "subset"
)

// A Record is what apitok keeps about a credential, in its client's attributes.
type Record struct {
	Owner Owner
	// Name is the owner's name for it.
	Name string
	// Roles says which of the owner's roles it has, RoleList which ones for a
	// subset.
	Roles    RolePolicy
	RoleList []string
	// Audiences are the audiences its tokens always carry.
	Audiences []string
	// ExpiresAt is its end; zero: never.
	ExpiresAt time.Time
	CreatedAt time.Time
	// CreatedBy is the account that made it.
	CreatedBy string
}

func (r Record) expired(now time.Time) bool {
	return !r.ExpiresAt.IsZero() && !now.Before(r.ExpiresAt)
}

// attributes returns the record as client attributes.
func (r Record) attributes() map[string]string {
	return map[string]string{
		attrVersion:   recordVersion,
		attrOwnerID:   r.Owner.ID,
		attrOwner:     r.Owner.Username,
		attrName:      r.Name,
		attrRoles:     string(r.Roles),
		attrRoleList:  encodeList(r.RoleList),
		attrAudiences: encodeList(r.Audiences),
		attrExpires:   encodeTime(r.ExpiresAt),
		attrCreatedAt: encodeTime(r.CreatedAt),
		attrCreatedBy: r.CreatedBy,
	}
}

// readRecord reads a record; ok is false where there is none that this version
// can read. What cannot be read in one field is left zero, since people can edit
// attributes by hand.
func readRecord(attrs map[string]string) (r Record, ok bool) {
	if attrs[attrVersion] != recordVersion || attrs[attrOwnerID] == "" || attrs[attrName] == "" {
		return Record{}, false
	}
	return Record{
		Owner:     Owner{ID: attrs[attrOwnerID], Username: attrs[attrOwner]},
		Name:      attrs[attrName],
		Roles:     RolePolicy(attrs[attrRoles]),
		RoleList:  decodeList(attrs[attrRoleList]),
		Audiences: decodeList(attrs[attrAudiences]),
		ExpiresAt: decodeTime(attrs[attrExpires]),
		CreatedAt: decodeTime(attrs[attrCreatedAt]),
		CreatedBy: attrs[attrCreatedBy],
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
