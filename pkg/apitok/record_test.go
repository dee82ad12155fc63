package apitok

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRecordComesBack(t *testing.T) {
	record := Record{
		Owner: Owner{ID: "7", Username: "Zoë"}, Name: "ci", Roles: Subset, RoleList: []string{"a:b", "realm:x, y"},
		Audiences: []string{"https://api.example.com"}, CreatedBy: "operator", Identity: AsServiceAccount,
		ExpiresAt: time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC), CreatedAt: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC),
	}
	whole := record
	whole.Owner, whole.Group, whole.Roles = Owner{Username: "@acme"}, Group{ID: "g", Path: "/a/b"}, Named
	whole.Except, whole.AllowAdmin, whole.OptionalAudiences = []string{"realm:x"}, true, []string{"b"}
	whole.Identity, whole.AuthorizedParty = AsOwner, "web-app"
	whole.Allow = []string{AllowExchange, AllowJWTGrant + "github"}
	whole.DisabledAt, whole.DisabledBecause = whole.CreatedAt, "the owner is gone"
	for _, want := range []Record{record, {Owner: Owner{ID: "7"}, Name: "ci", Roles: Mirror, Identity: AsServiceAccount}, whole} {
		got, ok := readRecord(want.Attributes())
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestNoRecord(t *testing.T) {
	whole := Record{Owner: Owner{ID: "7"}, Name: "ci"}.Attributes()
	for _, name := range []string{attrVersion, attrOwnerID, attrName} {
		attrs := map[string]string{}
		for k, v := range whole {
			attrs[k] = v
		}
		attrs[name] = ""
		if _, ok := readRecord(attrs); ok {
			t.Errorf("a record without %s was read", name)
		}
	}
	whole[attrVersion] = "2"
	if _, ok := readRecord(whole); ok {
		t.Error("a record of a later version was read")
	}
}

func TestState(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	past, future := Record{Owner: Owner{ID: "7"}, Name: "ci", ExpiresAt: now}, Record{Owner: Owner{ID: "7"}, Name: "ci"}
	future.ExpiresAt = now.Add(time.Second)
	tests := []struct {
		client Client
		want   State
	}{
		{Client{Enabled: true, Attributes: future.Attributes()}, Active},
		{Client{Enabled: true, Attributes: past.Attributes()}, Expired},
		{Client{Attributes: past.Attributes()}, Disabled},
		{Client{Enabled: true, Mark: "m", Attributes: future.Attributes()}, Unfinished},
	}
	for _, test := range tests {
		if c, ok := credentialOf(test.client, now); c.State != test.want || !ok {
			t.Errorf("%+v is %s, want %s", test.client, c.State, test.want)
		}
	}
}
