// Seed makes a copy of the demo realm on the server that testbed names:
//
//	seed REALM
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/apitok/apitok/internal/testkit"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: seed REALM")
		os.Exit(2)
	}
	if err := testkit.FromEnvironment().Import(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "seed:", err)
		os.Exit(1)
	}
}
