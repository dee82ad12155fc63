package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/handover"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/internal/prompt"
	"github.com/apitok/apitok/pkg/apitok"
)

// An interview asks a person for what the flags of create do not say. Every answer
// is written into the flag that gives it.
type interview struct {
	prompt.Terminal
	cmd   *cobra.Command
	ref   apitok.Ref
	offer apitok.Offer
	// roleNames are the roles that were picked.
	roleNames []string
	// said are the flags that the answers stand for.
	said []string
}

// askName asks for the name of a new credential.
func (a *app) askName(ctx context.Context, s config.Settings) (string, error) {
	initial := ""
	if who := self(s); who != "" {
		initial = who + "/"
	}
	return a.terminal().Input(ctx, "Name of the credential", "OWNER/NAME, such as alice/ci; @LABEL/NAME for one of no user", initial,
		func(text string) error {
			_, err := ref(text, s)
			return err
		})
}

// interviewFor asks for roles, audiences and the end, and says which flags stand for
// the answers.
func (a *app) interviewFor(cmd *cobra.Command, admin *apitok.Admin, r apitok.Ref, most time.Duration) error {
	offer, err := admin.Offer(cmd.Context(), r)
	if err != nil {
		return err
	}
	i := &interview{Terminal: a.terminal(), cmd: cmd, ref: r, offer: offer}
	for _, ask := range []func(context.Context) error{i.roles, i.audiences, func(ctx context.Context) error { return i.expiry(ctx, most) }} {
		if err := ask(cmd.Context()); err != nil {
			return err
		}
	}
	if len(i.said) > 0 {
		a.note("the same without questions:" + strings.Join(i.said, ""))
	}
	return nil
}

// set gives a flag its answer.
func (i *interview) set(flag, value string) error {
	i.said = append(i.said, " --"+flag)
	if value != "true" {
		i.said = append(i.said, " "+handover.ShellWord(value))
	}
	return i.cmd.Flags().Set(flag, value)
}

func (i *interview) setAll(flag string, values []string) error {
	for _, value := range values {
		if err := i.set(flag, value); err != nil {
			return err
		}
	}
	return nil
}

func (i *interview) roles(ctx context.Context) error {
	if given(i.cmd, "roles", "role", "except", "no-roles", "group") {
		return nil
	}
	if i.ref.IsLabel() {
		return i.namedRoles(ctx)
	}
	policy, err := i.Choose(ctx, "Which roles is it to have?", []prompt.Option{
		{Label: "all that " + output.Clean(i.ref.Owner) + " has, as they come and go", Value: "mirror"},
		{Label: "some of them", Value: "some"},
		{Label: "none", Value: "none"},
	})
	switch {
	case err != nil:
		return err
	case policy == "mirror":
		return i.set("roles", "mirror")
	case policy == "none":
		return i.set("no-roles", "true")
	}
	picked, err := i.Pick(ctx, "Roles", options(i.offer.Roles))
	if err == nil && len(picked) == 0 {
		return i.set("no-roles", "true")
	}
	if err != nil {
		return err
	}
	i.roleNames = picked
	return i.setAll("role", picked)
}

// namedRoles asks for the roles of a label, which has no user to offer any.
func (i *interview) namedRoles(ctx context.Context) error {
	group, err := i.Input(ctx, "Group whose roles it has", "by its path, such as /customers/acme; empty for none", "", nil)
	if err == nil && group != "" {
		err = i.set("group", group)
	}
	if err != nil {
		return err
	}
	text, err := i.Input(ctx, "Roles", "CLIENT:ROLE or realm:ROLE, with commas between; empty for none", "", nil)
	if err != nil {
		return err
	}
	names := slices.DeleteFunc(strings.Split(text, ","), func(name string) bool { return strings.TrimSpace(name) == "" })
	for n, name := range names {
		names[n] = strings.TrimSpace(name)
	}
	if len(names) == 0 && group == "" {
		return i.set("no-roles", "true")
	}
	i.roleNames = names
	return i.setAll("role", names)
}

// hasRolesOf tells whether a role of a client was picked: then its tokens are for that
// client as a rule.
func (i *interview) hasRolesOf(client string) bool {
	return slices.ContainsFunc(i.roleNames, func(name string) bool { return strings.HasPrefix(name, client+":") })
}

func (i *interview) audiences(ctx context.Context) error {
	if given(i.cmd, "audience", "optional-audience") {
		return nil
	}
	offered := options(i.offer.Audiences)
	for n := range offered {
		offered[n].Selected = i.hasRolesOf(offered[n].Value)
	}
	picked, err := i.Pick(ctx, "For whom are its tokens?", offered)
	if err != nil {
		return err
	}
	return i.setAll("audience", picked)
}

func (i *interview) expiry(ctx context.Context, most time.Duration) error {
	if given(i.cmd, "expires") {
		return nil
	}
	offered := slices.DeleteFunc([]string{"90d", "30d", "365d", "never"}, func(text string) bool {
		d, err := apitok.ParseDuration(text)
		return most > 0 && (err != nil || d > most)
	})
	if len(offered) == 0 {
		return nil // what holds where nothing is said is the profile's maximum
	}
	chosen, err := i.Choose(ctx, "When does it end?", options(offered))
	if err != nil {
		return err
	}
	return i.set("expires", chosen)
}

func options(values []string) []prompt.Option {
	list := make([]prompt.Option, len(values))
	for n, value := range values {
		list[n] = prompt.Option{Label: output.Clean(value), Value: value}
	}
	return list
}
