package testkit

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
)

// copyOfDemo is the demo realm under another name, with what takes the server seconds done beforehand: the signing key
// is made here, and the passwords are hashed cheaply. To its users it is the same realm.
func copyOfDemo(name string) (map[string]any, error) {
	var realm map[string]any
	if err := json.Unmarshal(demoRealm, &realm); err != nil {
		return nil, err
	}
	// As Keycloak itself names it.
	replace(realm, "default-roles-demo", "default-roles-"+strings.ToLower(name))
	realm["realm"] = name
	key, err := signingKey()
	if err != nil {
		return nil, err
	}
	realm["components"] = map[string]any{"org.keycloak.keys.KeyProvider": []any{
		component("rsa", map[string]any{"privateKey": []string{key}, "algorithm": []string{"RS256"}}),
		component("hmac-generated", map[string]any{"algorithm": []string{"HS512"}}),
		component("aes-generated", map[string]any{}),
	}}
	for _, user := range list(realm["users"]) {
		for _, credential := range list(user["credentials"]) {
			if err := hash(credential); err != nil {
				return nil, err
			}
		}
	}
	return realm, nil
}

// replace replaces a string wherever it is a whole value, in place where v is an array or an object.
func replace(v any, from, to string) any {
	switch v := v.(type) {
	case string:
		if v == from {
			return to
		}
	case []any:
		for i := range v {
			v[i] = replace(v[i], from, to)
		}
	case map[string]any:
		for k := range v {
			v[k] = replace(v[k], from, to)
		}
	}
	return v
}

// list is a JSON array of objects.
func list(v any) (objects []map[string]any) {
	array, _ := v.([]any) // What is missing has no elements.
	for _, v := range array {
		if object, ok := v.(map[string]any); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

func component(provider string, config map[string]any) map[string]any {
	config["priority"] = []string{"100"}
	return map[string]any{"name": provider, "providerId": provider, "config": config}
}

// signingKey is one RSA key for all realms of a test binary.
var signingKey = sync.OnceValues(func() (string, error) { //nolint:gochecknoglobals // made once, never changed
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})), nil
})

// hash turns a password in clear into one that was hashed with a single round.
func hash(credential map[string]any) error {
	password, ok := credential["value"].(string)
	if !ok {
		return fmt.Errorf("a credential without a value: %v", credential)
	}
	salt := []byte("one salt for all")
	sum, err := pbkdf2.Key(sha256.New, password, salt, 1, sha256.Size)
	if err != nil {
		return err
	}
	secret, err := json.Marshal(map[string]any{
		"value": base64.StdEncoding.EncodeToString(sum), "salt": base64.StdEncoding.EncodeToString(salt),
	})
	if err != nil {
		return err
	}
	delete(credential, "value")
	credential["secretData"] = string(secret)
	credential["credentialData"] = `{"hashIterations":1,"algorithm":"pbkdf2-sha256"}`
	return nil
}
