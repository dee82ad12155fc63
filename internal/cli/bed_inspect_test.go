package cli_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// userTokens is usertoken for the refresh token and the ID token too, in files named
// access, refresh and id: usertokens CLIENT-ID USER SCOPES
func (b *bed) userTokens(ts *testscript.TestScript, _ bool, args []string) {
	tokens := tokensOf(ts, b.realm, args[0], args[1], args[2:]...)
	for name, token := range map[string]string{"access": tokens.Access, "refresh": tokens.Refresh, "id": tokens.ID} {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(token), 0o600))
	}
}

// forge makes another token of the one in a file: forge HOW FILE NEW-FILE
func (b *bed) forge(ts *testscript.TestScript, _ bool, args []string) {
	parts := strings.Split(strings.TrimSpace(ts.ReadFile(args[1])), ".")
	encode := base64.RawURLEncoding.EncodeToString
	switch args[0] {
	case "none": // RFC 7519 section 6
		parts[0], parts[2] = encode([]byte(`{"alg":"none","typ":"JWT"}`)), ""
	case "hmac": // signed with the public key, as if that were a secret
		var info struct {
			Key string `json:"public_key"`
		}
		resp, err := http.Get(b.realm.Issuer())
		ts.Check(err)
		defer resp.Body.Close()
		ts.Check(json.NewDecoder(resp.Body).Decode(&info))
		der, err := base64.StdEncoding.DecodeString(info.Key)
		ts.Check(err)
		parts[0] = encode([]byte(`{"alg":"HS256","typ":"JWT"}`))
		mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		fmt.Fprintf(mac, "%s.%s", parts[0], parts[1])
		parts[2] = encode(mac.Sum(nil))
	case "changed":
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		ts.Check(err)
		parts[1] = encode([]byte(strings.Replace(string(payload), `"typ":"Bearer"`, `"typ":"Bearer","admin":true`, 1)))
	case "broken":
		parts[2] = "*"
	default:
		ts.Fatalf("nothing is forged by %s", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Join(parts, ".")+"\n"), 0o600))
}

// rotateKeys gives the realm another key, of a higher priority, and with "drop" takes
// those before it away: rotatekeys keep|drop
func (b *bed) rotateKeys(_ *testscript.TestScript, _ bool, args []string) {
	const kind = "org.keycloak.keys.KeyProvider"
	var before []struct{ ID, ProviderID string }
	b.realm.Must(b.t, http.MethodGet, "/components?type="+kind, nil, &before)
	b.realm.Must(b.t, http.MethodPost, "/components", map[string]any{"name": "another", "providerId": "rsa-generated", "providerType": kind,
		"config": map[string][]string{"priority": {"1000"}, "keyUse": {"SIG"}}}, nil)
	for _, provider := range before {
		if args[0] == "drop" && strings.HasPrefix(provider.ProviderID, "rsa") {
			b.realm.Must(b.t, http.MethodDelete, "/components/"+provider.ID, nil, nil)
		}
	}
}
