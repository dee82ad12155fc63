package apitok

import (
	"context"
	"slices"
	"strings"
)

// operatorPart is an account for machines that has the roles which all verbs need
// together, and no other.
type operatorPart struct {
	dir Directory
	// management is the client whose roles are over the realm.
	management string
	clientID   string
}

func (*operatorPart) name() string { return "operator" }

func (p *operatorPart) client() SetupClient {
	return SetupClient{
		ClientID: p.clientID, Name: "apitok operator", Description: "Runs apitok where no person does", Mark: p.name(),
		Enabled: true, ServiceAccount: true, FullScope: true,
		Attributes: map[string]string{"oauth2.device.authorization.grant.enabled": "false", "oidc.ciba.grant.enabled": "false"},
	}
}

// operatorRoles are the roles of realm-management that some verb needs, without those
// that another one includes.
func operatorRoles() []string {
	var roles []string
	for _, need := range needs() {
		roles = append(roles, need.roles...)
	}
	return slices.DeleteFunc(sorted(roles), func(role string) bool {
		kind, views := strings.CutPrefix(role, "view-")
		return views && slices.Contains(roles, "manage-"+kind)
	})
}

func (p *operatorPart) missing(ctx context.Context) ([]step, error) {
	words := "make client " + p.clientID + ": confidential, signs in by itself only"
	steps, err := putClient(ctx, p.dir, p.client(), words, newSecret)
	if err != nil {
		return nil, err
	}
	have, err := p.dir.SetupClient(ctx, p.clientID)
	if NotFound.Is(err) {
		return append(steps, p.giveStep(operatorRoles())), nil
	}
	if err != nil {
		return nil, err
	}
	lacks, fallback, err := p.compareRoles(ctx, have)
	ours := have.Mark == p.name()
	switch {
	case err != nil:
		return nil, err
	case len(lacks) == 0 && (fallback.ID == "" || !ours):
		return steps, nil
	case !ours:
		return nil, &Error{Kind: Conflict, Message: "the client " + quote(p.clientID) + " was not made by apitok setup and lacks the roles " + strings.Join(lacks, ", "),
			Hint: "choose another client id: setup gives such roles to no client that others made"}
	}
	return append(steps, p.giveStep(lacks)), nil
}

// compareRoles returns the roles that the account lacks, and the realm's default role if
// it has that.
func (p *operatorPart) compareRoles(ctx context.Context, client SetupClient) (lacks []string, fallback Role, err error) {
	has, fallback, err := p.roles(ctx, client)
	if err != nil {
		return nil, Role{}, err
	}
	for _, role := range operatorRoles() {
		if !slices.ContainsFunc(has, func(r Role) bool { return r.RoleName == RoleName{p.management, role} }) {
			lacks = append(lacks, role)
		}
	}
	if !slices.ContainsFunc(has, func(r Role) bool { return r.ID == fallback.ID }) {
		fallback = Role{}
	}
	return lacks, fallback, nil
}

// roles returns the roles of a client's account and the realm's default role.
func (p *operatorPart) roles(ctx context.Context, client SetupClient) ([]Role, Role, error) {
	account, err := p.dir.ServiceAccount(ctx, client.ID)
	if err != nil {
		return nil, Role{}, err
	}
	has, err := p.dir.UserRoles(ctx, account.ID)
	if err != nil {
		return nil, Role{}, err
	}
	fallback, err := p.dir.DefaultRole(ctx)
	return has, fallback, err
}

func (p *operatorPart) giveStep(lacks []string) step {
	words := "take from the service account of " + p.clientID + " what every account has"
	if len(lacks) > 0 {
		words = "give the service account of " + p.clientID + " only " + strings.Join(lacks, ", ") + " of " + p.management
	}
	return step{words, p.give}
}

func (p *operatorPart) give(ctx context.Context) error {
	client, err := p.dir.SetupClient(ctx, p.clientID)
	if err != nil {
		return err
	}
	account, err := p.dir.ServiceAccount(ctx, client.ID)
	if err != nil {
		return err
	}
	lacks, fallback, err := p.compareRoles(ctx, client)
	if err != nil {
		return err
	}
	if fallback.ID != "" {
		if err := p.dir.RemoveRoles(ctx, account.ID, []Role{fallback}); err != nil {
			return err
		}
	}
	var roles []Role
	for _, name := range lacks {
		role, err := p.dir.RoleByName(ctx, RoleName{p.management, name})
		if err != nil {
			return err
		}
		roles = append(roles, role)
	}
	err = p.dir.AddRoles(ctx, account.ID, roles)
	if Denied.Is(err) {
		return &Error{Kind: Denied, Message: "giving " + p.clientID + " its roles failed", Cause: err,
			Hint: "only an account with the role realm-admin of " + p.management + " may give roles of " + p.management}
	}
	return err
}

func (p *operatorPart) made(ctx context.Context) (back []step, left []string, err error) {
	clients, err := markedBy(ctx, p.dir, p.name())
	if err != nil {
		return nil, nil, err
	}
	for _, have := range clients {
		differ := have.compared((&operatorPart{p.dir, p.management, have.ClientID}).client())
		has, fallback, err := p.roles(ctx, have)
		if err != nil {
			return nil, nil, err
		}
		for _, role := range has {
			if role.ID != fallback.ID && (role.Client != p.management || !slices.Contains(operatorRoles(), role.Name)) {
				differ = append(differ, "role "+role.String())
			}
		}
		more, kept := dropClient(p.dir, have, differ)
		back, left = append(back, more...), append(left, kept...)
	}
	return back, left, nil
}

func (p *operatorPart) outline(drawing *Outline) {
	drawing.Clients = append(drawing.Clients, p.client())
	drawing.Roles[p.clientID] = operatorRoles()
}
