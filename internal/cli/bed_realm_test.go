package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apitok/apitok/internal/testkit"
)

// admin sends a request below the realm's admin address; in PATH, {CLIENT:x},
// {USER:x}, {GROUP:/x} and {SCOPE:x} stand for ids: admin METHOD PATH [BODY-FILE]
func (b *bed) admin(ts *testscript.TestScript, _ bool, args []string) {
	path := args[1]
	for kind, id := range map[string]func(testing.TB, string) string{"CLIENT": b.clientID, "USER": b.realm.User, "GROUP": b.groupID, "SCOPE": b.scopeID} {
		before, rest, found := strings.Cut(path, "{"+kind+":")
		if !found {
			continue
		}
		name, after, _ := strings.Cut(rest, "}")
		path = before + id(b.t, name) + after
	}
	var in, out any
	if len(args) > 2 {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[2])), &in))
	}
	if args[0] == "GET" {
		b.realm.Must(b.t, args[0], path, in, &out)
		answer, err := json.MarshalIndent(out, "", "  ")
		ts.Check(err)
		_, err = ts.Stdout().Write(append(answer, '\n'))
		ts.Check(err)
		return
	}
	b.realm.Must(b.t, args[0], path, in, nil)
}

// mirrors demands that a credential has its owner's roles, but Keycloak's own:
// mirrors OWNER CLIENT-ID
func (b *bed) mirrors(ts *testscript.TestScript, _ bool, args []string) {
	want := slices.DeleteFunc(b.realm.EffectiveRoles(b.t, b.realm.User(b.t, args[0])), func(role string) bool {
		return strings.HasPrefix(role, "account:") || role == "realm:offline_access" || role == "realm:uma_authorization" ||
			role == "realm:default-roles-"+b.realm.Name
	})
	account := b.realm.User(b.t, "service-account-"+args[1])
	if diff := cmp.Diff(want, b.realm.EffectiveRoles(b.t, account)); diff != "" {
		ts.Fatalf("roles of %s (-owner +credential):\n%s", args[1], diff)
	}
}

// hasRoles demands that a credential has exactly these roles:
// hasroles CLIENT-ID ROLE...
func (b *bed) hasRoles(ts *testscript.TestScript, _ bool, args []string) {
	want := slices.Sorted(slices.Values(args[1:]))
	got := b.realm.EffectiveRoles(b.t, b.realm.User(b.t, "service-account-"+args[0]))
	if !slices.Equal(want, got) {
		ts.Fatalf("roles of %s (-want +got):\n%s", args[0], cmp.Diff(want, got))
	}
}

// grant gives a user a role: grant USERNAME ROLE
func (b *bed) grant(_ *testscript.TestScript, _ bool, args []string) {
	b.realm.Grant(b.t, b.realm.User(b.t, args[0]), args[1])
}

// ungrant takes it away: ungrant USERNAME ROLE
func (b *bed) ungrant(_ *testscript.TestScript, _ bool, args []string) {
	b.realm.Ungrant(b.t, b.realm.User(b.t, args[0]), args[1])
}

// userID sets a variable to the id of a user: userid VARIABLE USERNAME
func (b *bed) userID(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], b.realm.User(b.t, args[1]))
}

// keyring puts the script on another keyring: keyring fresh|locked|none|unset
func (b *bed) keyring(ts *testscript.TestScript, _ bool, args []string) {
	var env []string
	switch args[0] {
	case "fresh":
		env = testkit.Keyring(b.t)
	case "locked":
		env = testkit.LockedKeyring(b.t)
	case "none":
		env = testkit.NoSecretService(b.t)
	case "unset":
		env = []string{"DBUS_SESSION_BUS_ADDRESS="}
	default:
		ts.Fatalf("no keyring is called %s", args[0])
	}
	for _, variable := range env {
		name, value, _ := strings.Cut(variable, "=")
		ts.Setenv(name, value)
	}
}

// noSecrets demands that none of the words is in any file below the folder:
// nosecrets FOLDER WORD...
func noSecrets(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, word := range args[1:] {
			if err == nil && word != "" && strings.Contains(string(content), word) {
				ts.Fatalf("%s holds a secret", path)
			}
		}
		return err
	}))
}

func (b *bed) clientID(t testing.TB, clientID string) string {
	t.Helper()
	id, ok := b.realm.Client(t, clientID)["id"].(string)
	if !ok {
		t.Fatalf("there is no client %s", clientID)
	}
	return id
}

func (b *bed) groupID(t testing.TB, path string) string {
	t.Helper()
	var group struct{ ID string }
	b.realm.Must(t, "GET", "/group-by-path"+path, nil, &group)
	return group.ID
}

func (b *bed) scopeID(t testing.TB, name string) string {
	t.Helper()
	var scopes []struct{ ID, Name string }
	b.realm.Must(t, "GET", "/client-scopes", nil, &scopes)
	for _, scope := range scopes {
		if scope.Name == name {
			return scope.ID
		}
	}
	t.Fatalf("there is no client scope %s", name)
	return ""
}

// groupRole gives a realm role to a group: grouprole PATH ROLE
func (b *bed) groupRole(_ *testscript.TestScript, _ bool, args []string) {
	var role any
	b.realm.Must(b.t, "GET", "/roles/"+args[1], nil, &role)
	b.realm.Must(b.t, "POST", "/groups/"+b.groupID(b.t, args[0])+"/role-mappings/realm", []any{role}, nil)
}
