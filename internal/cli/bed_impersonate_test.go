package cli_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// realmExport writes the realm as Keycloak exports it, with the users' links to identity
// providers, and without the accounts that the script signs in with and what Keycloak keeps
// of admin permissions once they were on, for it lets nobody delete that: realmexport FILE
func (b *bed) realmExport(ts *testscript.TestScript, _ bool, args []string) {
	realm := map[string]any{}
	b.realm.Must(b.t, "POST", "/partial-export?exportClients=true&exportGroupsAndRoles=true", nil, &realm)
	delete(realm, "adminPermissionsClient")
	clients, _ := realm["clients"].([]any) // every realm has some
	realm["clients"] = slices.DeleteFunc(clients, func(one any) bool {
		client, ok := one.(map[string]any)
		delete(client, "authorizationServicesEnabled")
		settings, authorization := client["authorizationSettings"].(map[string]any)
		if authorization && len(list(settings["policies"])) == 0 {
			delete(client, "authorizationSettings")
		}
		return ok && passing(client["clientId"])
	})
	roles, _ := realm["roles"].(map[string]any) // every realm has some
	of, _ := roles["client"].(map[string]any)   // and every client
	maps.DeleteFunc(of, func(clientID string, _ any) bool { return passing(clientID) })
	var users []map[string]any
	b.realm.Must(b.t, "GET", "/users?max=1000", nil, &users)
	for _, user := range users {
		id, _ := user["id"].(string) // every user has one
		var links []any
		b.realm.Must(b.t, "GET", "/users/"+id+"/federated-identity", nil, &links)
		user["links"] = links
	}
	realm["users"] = users
	text, err := json.MarshalIndent(ordered(realm), "", " ")
	ts.Check(err)
	writeFile(b.t, ts.MkAbs(args[0]), string(text)+"\n")
}

// passing tells whether the client is none that is compared.
func passing(clientID any) bool {
	id, _ := clientID.(string) // every client has one
	return id == "admin-permissions" || strings.HasPrefix(id, "sa-")
}

func list(v any) []any {
	all, _ := v.([]any) // what is no list has nothing in it
	return all
}

// pick writes some of the columns of a file, which have tabs between them:
// pick FILE NUMBER...
func pick(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		var some []string
		for _, text := range args[1:] {
			n, err := strconv.Atoi(text)
			ts.Check(err)
			some = append(some, cells[n-1])
		}
		_, err := ts.Stdout().Write([]byte(strings.TrimRight(strings.Join(some, "\t"), "\t") + "\n"))
		ts.Check(err)
	}
}
