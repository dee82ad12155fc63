package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

// complete offers the values of a flag to the shell.
func complete(cmd *cobra.Command, flag string, values ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag was just added
	}
}

// completeStored offers the credentials of the realm in use whose secret this
// machine holds. It asks the index alone: no keyring, no server.
func (a *app) completeStored(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	s, err := a.settings()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	store, err := a.store(s)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	refs, err := apitok.Stored(cmd.Context(), store, s.Realm)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	keys, err := apitok.StoredKeys(cmd.Context(), store, s.Realm)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	list := make([]string, 0, len(refs)+len(keys))
	for _, r := range append(refs, keys...) {
		list = append(list, r.String())
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeProfiles(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	file, err := config.Load(a.folders().Path())
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return slices.Sorted(maps.Keys(file.Profiles)), cobra.ShellCompDirectiveNoFileComp
}

// A choice is a flag with a few values.
type choice struct {
	value  *string
	values []string
}

// String implements pflag.Value.
func (c choice) String() string {
	if c.value == nil {
		return ""
	}
	return *c.value
}

// Type implements pflag.Value.
func (choice) Type() string { return "choice" }

// Set implements pflag.Value.
func (c choice) Set(value string) error {
	if !slices.Contains(c.values, value) {
		return fmt.Errorf("it is one of %s", strings.Join(c.values, ", "))
	}
	*c.value = value
	return nil
}
