package handover

import (
	"regexp"
	"strings"
	"testing"

	"github.com/apitok/apitok/pkg/apitok"
)

// credential has a value for each that is put into quotes in all kinds of ways.
func credential(realm, clientID string) Credential {
	return Credential{Server: "https://sso.example.com/auth", Realm: realm, ClientID: clientID, Secret: apitok.NewSecret("S3CRET")}
}

func TestCredentialFormats(t *testing.T) {
	const variables = "APITOK_SERVER=https://sso.example.com/auth\nAPITOK_REALM="
	for _, tc := range []struct{ format, realm, want string }{
		{"env", "r", variables + "r\nAPITOK_CLIENT_ID=apitok.alice.ci\nAPITOK_CLIENT_SECRET=S3CRET\n"},
		{"env", "it's", variables + `'it'\''s'` + "\nAPITOK_CLIENT_ID=apitok.alice.ci\nAPITOK_CLIENT_SECRET=S3CRET\n"},
		{"docker", `"it's" $HOME #1`, variables + `"it's" $HOME #1` + "\nAPITOK_CLIENT_ID=apitok.alice.ci\nAPITOK_CLIENT_SECRET=S3CRET\n"},
		{"dotenv", `$HOME "#1"`, variables + `'$HOME "#1"'` + "\nAPITOK_CLIENT_ID=apitok.alice.ci\nAPITOK_CLIENT_SECRET=S3CRET\n"},
		{"dotenv", "it's #1", variables + `"it's #1"` + "\nAPITOK_CLIENT_ID=apitok.alice.ci\nAPITOK_CLIENT_SECRET=S3CRET\n"},
		{"github-actions", "it's", `set -e
gh variable set APITOK_SERVER --body=https://sso.example.com/auth </dev/null
gh variable set APITOK_REALM --body='it'\''s' </dev/null
gh variable set APITOK_CLIENT_ID --body=apitok.alice.ci </dev/null
gh secret set APITOK_CLIENT_SECRET <<'END'
S3CRET
END
`},
		{"gitlab", "$HOME", `set -e
put() {
  if glab variable get "$1" </dev/null >/dev/null 2>&1; then glab variable update "$@"; else glab variable set "$@"; fi
}
put APITOK_SERVER --raw --value=https://sso.example.com/auth </dev/null
put APITOK_REALM --raw --value='$HOME' </dev/null
put APITOK_CLIENT_ID --raw --value=apitok.alice.ci </dev/null
put APITOK_CLIENT_SECRET --raw --masked --protected <<'END'
S3CRET
END
`},
		{"kubernetes", `"`, `{
  "apiVersion": "v1",
  "kind": "Secret",
  "metadata": {
    "name": "apitok.alice.ci"
  },
  "type": "Opaque",
  "stringData": {
    "APITOK_CLIENT_ID": "apitok.alice.ci",
    "APITOK_CLIENT_SECRET": "S3CRET",
    "APITOK_REALM": "\"",
    "APITOK_SERVER": "https://sso.example.com/auth"
  }
}
`},
	} {
		got, err := credential(tc.realm, "apitok.alice.ci").In(tc.format)
		same(t, got, err, tc.want, 0)
	}
}

// TestUnwritable: what a place would take for something else is refused, and says nothing of the secret.
func TestUnwritable(t *testing.T) {
	for _, tc := range []struct {
		formats []string
		values  []string
	}{
		{CredentialFormats(), []string{"a\nB=1", "a\rb", "a\x00", "\x1b[2J", "a\u0085b", "a\u2028b", "\u202eb", "\ufeff", "a\xff"}},
		{[]string{"dotenv"}, []string{"a${HOME}", `a\`, `a\\b`, `it's "b"`, "it's $b", "it's `b`", `it's a\b`}},
	} {
		for _, format := range tc.formats {
			for _, value := range tc.values {
				for _, c := range []Credential{credential(value, "x"), credential("r", value)} {
					if got, err := c.In(format); !apitok.Usage.Is(err) || got != "" || strings.Contains(err.Error(), "S3CRET") {
						t.Errorf("%s has a way to write %q: %q, %v", format, value, got, err)
					}
				}
			}
		}
	}
	got, err := credential("r", "x").In("yaml")
	same(t, got, err, "", apitok.Usage)
	for _, format := range CredentialFormats() {
		c := credential("r", "x")
		c.Secret = apitok.NewSecret("S3CRET\nquit")
		if got, err := c.In(format); !apitok.Usage.Is(err) || got != "" || strings.Contains(err.Error(), "S3CRET") {
			t.Errorf("%s: %q, %v", format, got, err)
		}
	}
}

// TestObjectName: a Secret has a name that Kubernetes takes, and no two clients the same.
func TestObjectName(t *testing.T) {
	const (
		long = "abcdefghijklmnopqrstuvwxyz0123456789"
		// From k8s.io/apimachinery/pkg/util/validation, IsDNS1123Subdomain.
		label = `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
	)
	valid, seen := regexp.MustCompile(`^`+label+`(\.`+label+`)*$`), map[string]string{}
	for clientID, want := range map[string]string{
		"apitok.alice.ci":                            "apitok.alice.ci",
		"apitok.alice.smith.ci":                      "apitok.alice.smith.ci",
		"apitok.alice.ci-":                           "apitok-alice-ci-",
		"apitok.heidi@example.com.k8s":               "apitok-heidi-example-com-k8s-",
		"apitok.heidi example.com.k8s":               "apitok-heidi-example-com-k8s-",
		"apitok.@acme.export":                        "apitok-acme-export-",
		"apitok.a_b.ci":                              "apitok-a-b-ci-",
		"apitok..a.ci":                               "apitok-a-ci-",
		"apitok.ファン.ci":                              "apitok-ci-",
		"apitok." + strings.Repeat(long, 6) + ".x1":  "apitok." + long,
		"apitok." + strings.Repeat(long, 6) + ".x_":  "apitok-" + long,
		"apitok.@" + strings.Repeat(long, 8) + ".ci": "apitok-" + long,
	} {
		name := objectName(clientID)
		if !strings.HasPrefix(name, want) || !valid.MatchString(name) || len(name) > 253 {
			t.Errorf("%s has the name %s", clientID, name)
		}
		if other := seen[name]; other != "" {
			t.Errorf("%s and %s have the same name", clientID, other)
		}
		seen[name] = clientID
	}
}
