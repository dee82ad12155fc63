package keycloak

import (
	"testing"

	"github.com/Nerzal/gocloak/v13"

	"github.com/apitok/apitok/pkg/apitok"
)

// TestClaimsComeBack: what AddClaim makes is read as the same claim, and anything
// else as none.
func TestClaimsComeBack(t *testing.T) {
	for _, value := range []string{`"alice"`, `"a \"quoted\" name, 日本語"`, `""`, `true`, `1796000000`, `1`, `9007199254740993`, `1.5`, `null`, `{"id":"7","username":"a"}`, `["a","b"]`} {
		want := apitok.Claim{Name: "name", Value: value}
		if got := claimOf(claimRepresentation(want)); got != want {
			t.Errorf("%s came back as %+v", value, got)
		}
	}
	for name, spoil := range map[string]func(*gocloak.ProtocolMapperRepresentation){
		"another kind": func(m *gocloak.ProtocolMapperRepresentation) {
			m.ProtocolMapper = gocloak.StringP("oidc-audience-mapper")
		},
		"another name":     func(m *gocloak.ProtocolMapperRepresentation) { m.Name = gocloak.StringP("mine") },
		"another target":   func(m *gocloak.ProtocolMapperRepresentation) { (*m.Config)["access.token.claim"] = "false" },
		"something beside": func(m *gocloak.ProtocolMapperRepresentation) { (*m.Config)["multivalued"] = "true" },
		"no configuration": func(m *gocloak.ProtocolMapperRepresentation) { m.Config = nil },
	} {
		m := claimRepresentation(apitok.Claim{Name: "name", Value: `"alice"`})
		spoil(&m)
		if got := claimOf(m); got != (apitok.Claim{}) {
			t.Errorf("a mapper of %s is read as %+v", name, got)
		}
	}
}

func TestMappersOfKeycloak(t *testing.T) {
	mapper := func(kind, note, claim string) gocloak.ProtocolMapperRepresentation {
		return gocloak.ProtocolMapperRepresentation{ProtocolMapper: &kind, Config: &map[string]string{"user.session.note": note, "claim.name": claim}}
	}
	const notes = "oidc-usersessionmodel-note-mapper"
	for _, test := range []struct {
		mapper gocloak.ProtocolMapperRepresentation
		want   bool
	}{
		{mapper(notes, "clientHost", "clientHost"), true},
		{mapper(notes, "client_id", "client_id"), true},
		{mapper(notes, "clientHost", "sub"), false},
		{mapper(notes, "anything", "anything"), false},
		{mapper(claimMapper, "clientHost", "clientHost"), false},
	} {
		if got := builtin(test.mapper); got != test.want {
			t.Errorf("%v: %v", *test.mapper.Config, got)
		}
	}
}

func TestWhatAScopeWrites(t *testing.T) {
	for _, test := range []struct {
		mapper          mapper
		claim, audience string
	}{
		{mapper{Kind: "oidc-sub-mapper"}, "sub", ""},
		{mapper{Kind: "oidc-sha256-pairwise-sub-mapper"}, "sub", ""},
		{mapper{Kind: "oidc-full-name-mapper"}, "name", ""},
		{mapper{Kind: claimMapper, Config: map[string]string{"claim.name": "owner.id"}}, "owner", ""},
		{mapper{Kind: audienceMapper, Config: map[string]string{"access.token.claim": "true", "included.client.audience": "a", "included.custom.audience": "b"}}, "", "a"},
		{mapper{Kind: audienceMapper, Config: map[string]string{"access.token.claim": "true", "included.custom.audience": "b"}}, "", "b"},
		{mapper{Kind: audienceMapper, Config: map[string]string{"included.custom.audience": "b"}}, "", ""},
	} {
		if claim, audience := test.mapper.claim(), test.mapper.audience(); claim != test.claim || audience != test.audience {
			t.Errorf("%+v writes %q and is for %q", test.mapper, claim, audience)
		}
	}
}
