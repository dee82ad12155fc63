package cli_test

import (
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/apitok/apitok/internal/testkit"
)

// TestSetupAsCode: a realm that is imported with what setup writes as code lacks nothing.
func TestSetupAsCode(t *testing.T) {
	t.Parallel()
	args := []string{"setup", "--operator", "machine", "--rotation", "90d:1d"}
	written, err := exec.Command("apitok", append(args, "-o", "json")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var code map[string]any
	if err := json.Unmarshal(written, &code); err != nil {
		t.Fatal(err)
	}
	realm := testkit.Keycloak(t).RealmWith(t, func(realm map[string]any) {
		for name, value := range code {
			if list, ok := realm[name].([]any); ok {
				more, _ := value.([]any)
				realm[name] = append(list, more...)
				continue
			}
			realm[name] = value
		}
	})
	w := newWorkshopAt(t, realm)
	id, secret := realm.Operator(t, "realm-admin")
	w.env = append(w.env, "APITOK_LOGIN_CLIENT_ID="+id, "APITOK_LOGIN_CLIENT_SECRET="+secret)
	if code, said := w.run(append(args, "--check")...); code != 0 {
		t.Errorf("something is missing: %s", said)
	}
	// It made none of it, so it takes nothing back.
	w.must(0, "setup", "--remove", "--yes")
	w.must(0, append(args, "--check")...)
}
