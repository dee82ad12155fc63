package cli

import (
	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/pkg/apitok"
)

type editOptions struct {
	shape
	noAudience bool
	noGroup    bool
	noAllow    bool
	dryRun     bool
	format     format
}

func (a *app) editCommand() *cobra.Command {
	var o editOptions
	cmd := &cobra.Command{
		Use:   "edit OWNER/NAME",
		Short: "Change a credential without touching its secret",
		Long: `Change a credential's roles, audiences, identity, expiry, token lifetime or
description. Its secret stays as it is. What no flag names stays too; --audience and
--optional-audience replace all that there are, and --roles, --role, --except and
--no-roles replace the policy as a whole.

What is changed is held to the same rules as in create: never more than its owner.`,
		Example: `  apitok edit alice/ci --audience orders-api --audience billing-api
  apitok edit alice/ci --role orders-api:read --expires 90d
  apitok edit alice/ci --roles mirror --token-lifetime realm`,
		Args:              oneArg("OWNER/NAME"),
		ValidArgsFunction: a.completeStored,
		RunE:              verb(func(cmd *cobra.Command, args []string) error { return a.edit(cmd, args[0], o) }),
	}
	o.addFlags(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.noAudience, "no-audience", false, "take all audiences away, also those on request")
	f.BoolVar(&o.noGroup, "no-group", false, "take @LABEL/NAME out of its group")
	f.BoolVar(&o.dryRun, "dry-run", false, "only print what would be done")
	addFormat(cmd, &o.format, "text", "json")
	f.BoolVar(&o.noAllow, "no-allow", false, "let it ask for no tokens but its own")
	cmd.MarkFlagsMutuallyExclusive("allow", "no-allow")
	cmd.MarkFlagsMutuallyExclusive("audience", "no-audience")
	cmd.MarkFlagsMutuallyExclusive("optional-audience", "no-audience")
	cmd.MarkFlagsMutuallyExclusive("group", "no-group")
	cmd.MarkFlagsOneRequired("description", "roles", "role", "except", "no-roles", "allow-admin", "group", "no-group", "audience",
		"optional-audience", "no-audience", "allow", "no-allow", "identity", "azp", "expires", "token-lifetime")
	return cmd
}

func (a *app) edit(cmd *cobra.Command, name string, o editOptions) error {
	s, r, err := a.named(name)
	if err != nil {
		return err
	}
	req, err := a.editRequest(cmd, s, r, o)
	if err != nil {
		return err
	}
	admin, err := a.admin(s)
	if err != nil {
		return err
	}
	if err := unlessPersonal(cmd.Context(), &admin.Holder, r, "be changed", another(r)); err != nil {
		return err
	}
	result, err := admin.Edit(cmd.Context(), req)
	if err != nil {
		return err
	}
	switch {
	case result.Done:
		a.note("changed " + r.String())
		ends := result.Credential.ExpiresAt
		switch {
		case result.Credential.State != apitok.Disabled:
		case !ends.IsZero() && !a.system.Now().Before(ends):
			a.note("it is disabled and has expired: a later --expires and then apitok enable " + r.String() + " let it be used")
		default:
			a.note("it is disabled: apitok enable " + r.String() + " lets it be used")
		}
	case !o.dryRun:
		a.note(r.String() + " is so already")
	}
	return a.answer(admin.Realm, o.format, result, o.dryRun, false)
}

// editRequest makes a request of the flags that were given.
func (a *app) editRequest(cmd *cobra.Command, s config.Settings, r apitok.Ref, o editOptions) (req apitok.EditRequest, err error) {
	req = apitok.EditRequest{Ref: r, DryRun: o.dryRun,
		Description: changed(cmd, "description", o.description), AllowAdmin: changed(cmd, "allow-admin", o.allowAdmin),
		Group: changed(cmd, "group", o.group), Audiences: changed(cmd, "audience", o.audiences),
		OptionalAudiences: changed(cmd, "optional-audience", o.optional), Allow: changed(cmd, "allow", o.allow),
		Identity: changed(cmd, "identity", apitok.Identity(o.identity)), AuthorizedParty: changed(cmd, "azp", o.azp),
	}
	if req.Identity != nil && *req.Identity == apitok.AsServiceAccount && req.AuthorizedParty == nil {
		req.AuthorizedParty = new(string) // another authorized party goes with the owner's identity
	}
	if o.noAudience {
		req.Audiences, req.OptionalAudiences = new([]string), new([]string)
	}
	if o.noAllow {
		req.Allow = new([]string)
	}
	if o.noGroup {
		req.Group = new(string)
	}
	if given(cmd, "expires") {
		at, err := o.expiry(cmd, a, s.MaxExpiry)
		if err != nil {
			return req, err
		}
		req.ExpiresAt = &at
	}
	if given(cmd, "token-lifetime") {
		life, err := o.lifetime(cmd)
		if err != nil {
			return req, err
		}
		req.TokenLifetime = &life
	}
	return req, a.editRoles(cmd, r, o, &req)
}

// editRoles replaces the role policy where a flag names one.
func (a *app) editRoles(cmd *cobra.Command, r apitok.Ref, o editOptions, req *apitok.EditRequest) error {
	if !given(cmd, "roles", "role", "except") && !o.noRoles {
		return nil
	}
	if given(cmd, "except") && o.roles != string(apitok.Mirror) {
		return usage(cmd, "--except leaves roles out of those that are mirrored: add --roles mirror")
	}
	policy, err := o.policy(cmd, r)
	req.Roles, req.RoleList, req.Except = &policy, o.roleList, o.except
	return err
}

// changed returns what a flag says, nil when it was not given.
func changed[T any](cmd *cobra.Command, flag string, value T) *T {
	if !given(cmd, flag) {
		return nil
	}
	return &value
}
