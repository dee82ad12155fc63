package apitok

import (
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRoleName(t *testing.T) {
	tests := []struct {
		text string
		want RoleName
	}{
		{"orders-api:read", RoleName{"orders-api", "read"}},
		{"realm:reporter", RoleName{"", "reporter"}},
		{"https://api.example.com:8443/v1:read", RoleName{"https://api.example.com:8443/v1", "read"}},
		{"realm:team/a b", RoleName{"", "team/a b"}},
	}
	for _, test := range tests {
		got, err := ParseRoleName(test.text)
		if got != test.want || err != nil || got.String() != test.text {
			t.Errorf("ParseRoleName(%q) = %+v, %v", test.text, got, err)
		}
	}
	for _, text := range []string{"", "read", ":read", "realm:", "orders-api:"} {
		if got, err := ParseRoleName(text); !Usage.Is(err) {
			t.Errorf("ParseRoleName(%q) = %+v, %v", text, got, err)
		}
	}
}

// TestPick: role names may hold colons, and the last one decides where two roles
// could be meant.
func TestPick(t *testing.T) {
	roles := []Role{
		{ID: "1", RoleName: RoleName{"", "orders:read"}},
		{ID: "2", RoleName: RoleName{"a", "b:c"}},
		{ID: "3", RoleName: RoleName{"a:b", "c"}},
	}
	for name, want := range map[string]string{"realm:orders:read": "1", "a:b:c": "3"} {
		got, found, err := pick(roles, name)
		if got.ID != want || !found || err != nil {
			t.Errorf("pick(%q) = %v, %v, %v", name, got, found, err)
		}
	}
	if got, found, err := pick(roles, "realm:read"); found || err != nil {
		t.Errorf("pick found %v, %v", got, err)
	}
}

func TestAdministrativeRoles(t *testing.T) {
	tests := []struct {
		role  RoleName
		realm string
		want  bool
	}{
		{RoleName{"realm-management", "view-users"}, "demo", true},
		{RoleName{"", "admin"}, "demo", false},
		{RoleName{"", "admin"}, "master", true},
		{RoleName{"demo-realm", "manage-users"}, "master", true},
		{RoleName{"demo-realm", "manage-users"}, "demo", false},
		{RoleName{"orders-api", "admin"}, "master", false},
	}
	for _, test := range tests {
		if got := test.role.administrative(test.realm); got != test.want {
			t.Errorf("%s in %s: %v", test.role, test.realm, got)
		}
	}
}

func TestSummaryCountsWhatIsMany(t *testing.T) {
	roles := []Role{{RoleName: RoleName{"", "x"}}}
	for range 6 {
		roles = append(roles, Role{RoleName: RoleName{"realm-management", "y"}, ClientUUID: "u"})
	}
	if got, want := summary(roles), "realm:x, 6 roles of realm-management"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAudienceScope(t *testing.T) {
	for value, want := range map[string]string{
		"orders-api":                  "aud-orders-api",
		"https://api.example.com/v1":  "aud-https://api.example.com/v1",
		`a b"c\d`:                     "aud-a%20b%22c%5Cd",
		"büro":                        "aud-b%C3%BCro",
		"urn:example:audience;v=1?x&": "aud-urn:example:audience%3Bv=1%3Fx&",
	} {
		if got := audienceScope(value); got != want {
			t.Errorf("audienceScope(%q) = %q, want %q", value, got, want)
		}
	}
}

func TestAudiencesOf(t *testing.T) {
	token := func(claims string) Secret {
		return NewSecret("h." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".s")
	}
	for claims, want := range map[string][]string{
		`{"aud":"one"}`:         {"one"},
		`{"aud":["one","two"]}`: {"one", "two"},
		`{}`:                    nil,
		`{"aud":7}`:             nil,
		`not json`:              nil,
	} {
		if diff := cmp.Diff(want, []string(claimsIn(token(claims)).Audience)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", claims, diff)
		}
	}
	if got := claimsIn(NewSecret("opaque")).Audience; got != nil {
		t.Errorf("an opaque token has audiences %v", got)
	}
}

func TestItemKeysDiffer(t *testing.T) {
	realm := Realm{"https://k", "r"}
	same := tokenItem(realm, "c", []string{"b", "a", "a"}, nil)
	if got, want := same.Key(), "token https%3A%2F%2Fk r c a+b "; got != want {
		t.Errorf("key %q, want %q", got, want)
	}
	seen := map[string]Item{}
	for _, item := range []Item{
		secretItem(realm, "c"), realm.LoginItem("c"), same,
		tokenItem(realm, "c", []string{"a", "b"}, []string{"x"}), tokenItem(realm, "c", nil, []string{"a", "b"}),
		tokenItem(realm, "c", nil, nil), tokenItem(Realm{"https://k", "r c"}, "", nil, nil), tokenItem(Realm{"https://k r", "c"}, "", nil, nil),
	} {
		if other, taken := seen[item.Key()]; taken {
			t.Errorf("%+v and %+v share the key %q", item, other, item.Key())
		}
		seen[item.Key()] = item
	}
}
