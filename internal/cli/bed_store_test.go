package cli_test

import (
	"fmt"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/kernelkeys"
)

// kernelLoses drops an item from the kernel: kernelloses KIND CLIENT-ID
func (b *bed) kernelLoses(ts *testscript.TestScript, _ bool, args []string) {
	item := apitok.Item{Kind: apitok.ItemKind(args[0]), Server: b.realm.URL, Realm: b.realm.Name, Client: args[1]}
	ts.Check(kernelkeys.Remove(item.Key()))
}

// manyRoles makes realm roles and gives them to a user: manyroles USERNAME NUMBER
func (b *bed) manyRoles(ts *testscript.TestScript, _ bool, args []string) {
	many, err := strconv.Atoi(args[1])
	ts.Check(err)
	roles := make([]any, many)
	for n := range many {
		name := fmt.Sprintf("a-role-with-a-long-name-%03d", n)
		b.realm.Must(b.t, "POST", "/roles", map[string]string{"name": name}, nil)
		b.realm.Must(b.t, "GET", "/roles/"+name, nil, &roles[n])
	}
	b.realm.Must(b.t, "POST", "/users/"+b.realm.User(b.t, args[0])+"/role-mappings/realm", roles, nil)
}
